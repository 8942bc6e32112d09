import { expect, test } from "vitest";
import { makeFormat } from "./format";

const format = makeFormat("en");

test.each([
  [0, "0s"], [0.34, "0.3s"], [12.4, "12s"], [60, "1m"], [61, "1m 1s"], [3_599.6, "1h"], [7_325, "2h 2m"],
  [90_000, "1d 1h"], [Number.NaN, "–"],
])("%d seconds are written as %s", (seconds, words) => {
  expect(format.duration(seconds)).toBe(words);
});

test.each([["0", "$0.00"], ["12.5", "$12.50"], ["0.000123", "$0.000123"], ["0.05", "$0.05"], ["1234.567", "$1,234.57"]])(
  "%s dollars are written as %s",
  (usd, words) => {
    expect(format.money(usd)).toBe(words);
  },
);

test("a time is told from now in its largest unit", () => {
  const now = new Date("2026-11-21T12:00:00Z");
  expect(format.relative(new Date("2026-11-21T11:58:00Z"), now)).toBe("2 min. ago");
  expect(format.relative(new Date("2026-11-22T12:00:00Z"), now)).toBe("tomorrow");
  expect(format.relative(new Date("2026-11-21T12:00:00.900Z"), now)).toBe("now");
  expect(format.relative(new Date("2026-11-21T12:00:04.100Z"), now)).toBe("in 4 sec.");
});

test.each(["en", "ko"] as const)("an instant has its milliseconds (%s)", (language) => {
  expect(makeFormat(language).instant(new Date("2026-11-21T12:00:00.250Z"))).toMatch(/00\.250/);
});

test("Korean has its own units", () => {
  expect(makeFormat("ko").duration(61)).toBe("1분 1초");
});
