import { expect, test } from "vitest";
import type { FireOut, UpcomingOut } from "../../api/schema";
import { dayKey, dayOf } from "../../charts/weeks";
import { countByDay, instantsOf } from "./fireMarks";
import { monthKey, readMonth, spanOfDay, spanOfMonth } from "./spans";

const at = (day: number, hour: number) => new Date(2026, 10, day, hour).toISOString();
const fire = (fire_at: string, outcome: string): FireOut => ({
  definition: "nightly", fire_at, outcome, reason: null, why: null, late: 1, instance_id: null, status: null,
});
const coming = (fire_at: string): UpcomingOut => ({ definition: "nightly", fire_at, is_due: false, reason: null, why: null });

test("outcomes are counted by the day of this browser, in one order", () => {
  const counts = countByDay([fire(at(3, 23), "missed"), fire(at(3, 1), "fired"), fire(at(3, 2), "fired"), fire(at(4, 0), "fired")], [coming(at(3, 23))]);
  expect([...counts.keys()]).toEqual(["2026-11-03", "2026-11-04"]);
  expect([...(counts.get("2026-11-03") ?? [])]).toEqual([["fired", 2], ["missed", 1], ["upcoming", 1]]);
});

test("an outcome that nobody knew comes last", () => {
  expect([...(countByDay([fire(at(3, 1), "postponed"), fire(at(3, 2), "missed")], []).get("2026-11-03") ?? [])][1]).toEqual(["postponed", 1]);
});

test("a day lists what was and what comes on it by time", () => {
  const instants = instantsOf([fire(at(3, 5), "fired")], [coming(at(3, 4)), coming(at(4, 4))], "2026-11-03");
  expect(instants.map(({ outcome }) => outcome)).toEqual(["upcoming", "fired"]);
});

test("a month ends where the next begins, also in December", () => {
  expect(spanOfMonth(2026, 12).until).toBe(spanOfMonth(2027, 1).from);
  expect(dayKey(dayOf(new Date(spanOfDay("2026-12-31").until)))).toBe("2027-01-01");
});

test("what is no month is none", () => {
  expect(["2026-13", "2026-1", "", "x"].map(readMonth)).toEqual([null, null, null, null]);
  expect(readMonth(monthKey(2026, 2))).toEqual({ year: 2026, month: 2 });
});
