import { expect, test } from "vitest";
import type { InstanceOut } from "../../../api/schema";
import type { InstanceSeen } from "../../../live/events";
import { asksForMore, renewed, rowsOf, withEvents } from "./rows";

const at = "2026-11-21T12:00:00Z";
const row = (id: number, status = "running"): InstanceOut => ({
  id, definition: "questions", version: 1, status, trigger: "manual", progress: 0, done_steps: 0, total_steps: 2,
  running_steps: 1, duration: 1, failed_step: null, error: null, created_at: at, started_at: at, finished_at: null,
  cancel_requested: false, rehearsal: null,
});
const seen = (id: number, status = "running"): InstanceSeen => ({
  id, definition: "questions", version: 1, status, open_steps: 1, failed_steps: 0, error: null, cancel_requested: false,
  created_at: at, started_at: at, finished_at: null,
});
const ids = (rows: readonly InstanceOut[]) => rows.map(({ id }) => id);
const pages = (...given: number[][]) => ({
  pages: given.map((page, at) => ({ data: page.map((id) => row(id)), next: at < given.length - 1 ? String(page.at(-1)) : null })),
  pageParams: given.map(() => null),
});

test("an event changes its row, and no page but that of the row", () => {
  const before = pages([9, 8], [7, 6]);
  const after = withEvents(before, [seen(7, "failed")]);
  expect(after.pages[0]).toBe(before.pages[0]);
  expect(rowsOf(after).map(({ status }) => status)).toEqual(["running", "running", "failed", "running"]);
});

test("a new instance and another status ask for more, an old one that is not shown does not", () => {
  const rows = [row(9), row(8)];
  expect(asksForMore(rows, [seen(10)], "")).toBe(true);
  expect(asksForMore(rows, [seen(10)], "failed")).toBe(false);
  expect(asksForMore(rows, [seen(9, "failed")], "")).toBe(true);
  expect(asksForMore(rows, [seen(9), seen(3)], "")).toBe(false);
});

test("a fresh first page brings what is new, drops what is gone, and loses nothing that is further down", () => {
  const before = pages([9, 8, 7], [6, 5]);
  const after = renewed(before, { data: [row(10), row(9), row(7)], next: "7" });
  expect(ids(rowsOf(after))).toEqual([10, 9, 7, 6, 5]);
  const pushed = renewed(before, { data: [row(11), row(10), row(9)], next: "9" });
  expect(ids(rowsOf(pushed))).toEqual([11, 10, 9, 8, 7, 6, 5]);
});

test("a fresh page that is the last one is all there is", () => {
  expect(ids(rowsOf(renewed(pages([9, 8], [7]), { data: [row(8)], next: null })))).toEqual([8]);
});
