import { expect, test } from "vitest";
import type { InstanceOut, StepOut } from "../../../api/schema";
import type { InstanceSeen, StepSeen } from "../../../live/events";
import { withSeen, withStepsSeen } from "./patches";

const at = "2026-11-21T12:00:00Z";
const row: InstanceOut = {
  id: 7, definition: "questions", version: 1, status: "running", trigger: "manual", progress: 20, done_steps: 1,
  total_steps: 5, running_steps: 1, duration: 3, failed_step: null, error: null, created_at: at, started_at: at,
  finished_at: null, cancel_requested: false, rehearsal: null,
};
const seen: InstanceSeen = {
  id: 7, definition: "questions", version: 1, status: "running", open_steps: 2, failed_steps: 0, error: null,
  cancel_requested: false, created_at: at, started_at: at, finished_at: null,
};

test("steps that are no longer open are done", () => {
  expect(withSeen(row, seen).done_steps).toBe(3);
});

test("open shards do not take back what is done", () => {
  expect(withSeen(row, { ...seen, open_steps: 500 }).done_steps).toBe(1);
});

const step = (id: number): StepOut => ({
  id, step_key: `s${id}`, shard: 0, state: "running", reason: null, attempt: 1, failures: 0, losses: 0, snoozes: 0,
  waiting_on: 0, run_after: at, leased_by: "host:1", progress: null, error: null, started_at: at, finished_at: null,
});
const told: StepSeen = {
  instance_id: 7, definition: "questions", id: 2, step_key: "s2", state: "succeeded", reason: null, attempt: 1,
  waiting_on: 0, run_after: at, progress: null, error: null, started_at: at, finished_at: at,
};

test("only the steps that events speak of change", () => {
  const [first, second] = [step(1), step(2)];
  const after = withStepsSeen([first, second], [told]);
  expect(after[0]).toBe(first);
  expect(after[1]).toMatchObject({ state: "succeeded", finished_at: at, leased_by: null });
});
