import { expect, test } from "vitest";
import { hasEnded } from "./states";

const counts = { completed: 3, generating: 0, pending: 0, failed: 1, total: 4 };
const job = { instance_id: 7, definition: "explain", status: "running", created_at: "2026-03-01T12:00:00Z", started_at: null };

test("a set ends with its last question, whatever became of it", () => {
  expect(hasEnded({ backgroundJobs: [], queueStatus: counts })).toBe(true);
});

test.each(["pending", "generating"] as const)("while a question is %s a set has not ended", (state) => {
  expect(hasEnded({ backgroundJobs: [], queueStatus: { ...counts, [state]: 1 } })).toBe(false);
});

test("while something works on a set it has not ended", () => {
  expect(hasEnded({ backgroundJobs: [job], queueStatus: counts })).toBe(false);
});
