import { expect, test } from "vitest";
import { dayKey, monthAfter, weeksOf } from "./weeks";

test("November 2026 begins on a Sunday", () => {
  const weeks = weeksOf(2026, 11, 0);
  expect(weeks[0]?.map((day) => day?.day)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(weeks).toHaveLength(5);
});

test("where weeks begin on Monday its first day stands at the end of a week", () => {
  const weeks = weeksOf(2026, 11, 1);
  expect(weeks[0]?.map((day) => day?.day ?? null)).toEqual([null, null, null, null, null, null, 1]);
  expect(weeks).toHaveLength(6);
});

test.each([[2024, 2, 29], [2026, 2, 28], [2026, 12, 31]])("%d-%d has %d days, each once", (year, month, count) => {
  const days = weeksOf(year, month, 1).flat().flatMap((day) => (day ? [dayKey(day)] : []));
  expect(new Set(days).size).toBe(count);
  expect(days).toHaveLength(count);
});

test("months go over the end of the year", () => {
  expect(monthAfter(2026, 12, 1)).toEqual({ year: 2027, month: 1 });
  expect(monthAfter(2026, 1, -1)).toEqual({ year: 2025, month: 12 });
});
