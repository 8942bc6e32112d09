import { expect, test } from "vitest";
import type { DaySpendOut } from "../../api/schema";
import { burnOf, daysBack, seriesOf } from "./burn";

const row = (day: string, definition: string | null, spent_usd: string): DaySpendOut => ({ day, definition, spent_usd, simulated_usd: "0" });

const ROWS = [
  row("2026-11-01", "a", "1.5"), row("2026-11-02", "a", "0.5"), row("2026-11-02", null, "9"), row("2026-11-02", "b", "3"),
  row("2026-11-02", "c", "1"), row("2026-11-02", "d", "0.25"), row("2026-11-01", "e", "0.25"), row("2026-11-01", "f", "0"),
];

test("days have no gaps and end today", () => {
  expect(daysBack(new Date("2026-03-01T23:30:00Z"), 3)).toEqual(["2026-02-27", "2026-02-28", "2026-03-01"]);
});

test("who has spent most comes first, and beyond the first four they are one", () => {
  expect(seriesOf(ROWS, "spent_usd").map(({ definition, total }) => [definition, total])).toEqual([
    [null, 9], ["b", 3], ["a", 2], ["c", 1], [undefined, 0.5],
  ]);
});

test("who has spent nothing is not there", () => {
  expect(seriesOf(ROWS, "simulated_usd")).toEqual([]);
});

test("the days of all series add up to everything that was spent", () => {
  const days = burnOf(ROWS, seriesOf(ROWS, "spent_usd"), ["2026-11-01", "2026-11-02", "2026-11-03"], "spent_usd");
  expect(days.map(({ parts }) => parts.reduce((sum, { value }) => sum + value, 0))).toEqual([1.75, 13.75, 0]);
});
