import { expect, test } from "vitest";
import { canRetry, errorOf, progressOf, shownState, shownStatus, tally } from "./states";

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

test("the error of an instance does not name the step again", () => {
  expect(errorOf({ failed_step: "load", error: "step 'load' failed: no table" })).toBe("no table");
  expect(errorOf({ failed_step: "load", error: "step 'ask' failed: no key" })).toBe("step 'ask' failed: no key");
  expect(errorOf({ failed_step: null, error: null })).toBeNull();
});

test("what only tried a step or a draft is not continued", () => {
  expect(canRetry({ status: "failed", rehearsal: null })).toBe(true);
  expect(canRetry({ status: "failed", rehearsal: { sample: 1, step: null, using: null } })).toBe(true);
  expect(canRetry({ status: "failed", rehearsal: { step: "load", using: 7 } })).toBe(false);
  expect(canRetry({ status: "failed", rehearsal: { draft: true } })).toBe(false);
});
