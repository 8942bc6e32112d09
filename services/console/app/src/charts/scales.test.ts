import { expect, test } from "vitest";
import { areSplit, niceTicks, percentAt, spread, timeTicks } from "./scales";

test.each([
  [0, [0]],
  [Number.NaN, [0]],
  [1, [0, 0.25, 0.5, 0.75, 1]],
  [9.3, [0, 2.5, 5, 7.5, 10]],
  [0.0007, [0, 0.0002, 0.0004, 0.0006, 0.0008]],
  [1_000, [0, 250, 500, 750, 1_000]],
])("the ticks of a scale up to %d are round and reach it", (most, ticks) => {
  expect(niceTicks(most, 4)).toEqual(ticks);
});

test.each([[0, 950], [1_000, 61_000], [0, 3 * 3_600_000], [5, 90 * 86_400_000], [0, 1e12]])(
  "from %d to %d there are some round times, not too many, all inside",
  (from, to) => {
    const ticks = timeTicks(from, to, 8);
    expect(ticks.length).toBeGreaterThan(0);
    expect(ticks.length).toBeLessThanOrEqual(9);
    expect(ticks.every((tick) => tick >= from && tick <= to)).toBe(true);
  },
);

test("times of a short span lie between whole seconds", () => {
  expect(areSplit(timeTicks(0, 950, 6))).toBe(true);
  expect(areSplit(timeTicks(400, 61_000, 6))).toBe(false);
});

test("a span without length has no times", () => {
  expect(timeTicks(5, 5, 8)).toEqual([]);
  expect(percentAt(5, 5, 5)).toBe(0);
});

test("what lies outside a span stands at its end", () => {
  expect(percentAt(-5, 0, 10)).toBe(0);
  expect(percentAt(5, 0, 10)).toBe(50);
  expect(percentAt(50, 0, 10)).toBe(100);
});

test("of many labels some are shown, the last among them", () => {
  expect(spread([1, 2, 3, 4, 5, 6, 7], 3)).toEqual([1, 4, 7]);
  expect(spread([1, 2], 3)).toEqual([1, 2]);
  expect(spread([], 3)).toEqual([]);
});
