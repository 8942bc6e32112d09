import { expect, test } from "vitest";
import { progressOf, shownState, shownStatus, tally } from "./states";

test.each([
  [{ state: "ready", reason: "snoozed: the job is running" }, "snoozed"],
  [{ state: "ready", reason: "retrying: transient" }, "ready"],
  [{ state: "pending", reason: "spread" }, "running"],
  [{ state: "pending", reason: null }, "pending"],
])("%j is shown as %s", (step, shown) => {
  expect(shownState(step)).toBe(shown);
});

test("an instance that is asked to stop is cancelling until it has ended", () => {
  expect(shownStatus({ status: "running", cancel_requested: true })).toBe("cancelling");
  expect(shownStatus({ status: "cancelled", cancel_requested: true })).toBe("cancelled");
});

test("what failed is counted first, and what this console does not know last", () => {
  const steps = ["succeeded", "novel", "failed", "succeeded"].map((state) => ({ state, reason: null }));
  expect(tally(steps)).toEqual([
    { state: "failed", count: 1 },
    { state: "succeeded", count: 2 },
    { state: "novel", count: 1 },
  ]);
});

test("progress without a number of items done is none", () => {
  expect(progressOf({ progress: null })).toBeNull();
  expect(progressOf({ progress: { total: 5 } })).toBeNull();
  expect(progressOf({ progress: { done: 2, total: null } })).toEqual({ done: 2, total: null });
});
