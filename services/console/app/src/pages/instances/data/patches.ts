import type { InstanceOut, StepOut } from "../../../api/schema";
import type { InstanceSeen, StepSeen } from "../../../live/events";

/** An instance with what an event says of it. Steps that are done are counted by those that are still open. */
export function withSeen<Row extends InstanceOut>(row: Row, seen: InstanceSeen): Row {
  const done = Math.max(row.done_steps, row.total_steps - seen.open_steps);
  return {
    ...row,
    version: seen.version,
    status: seen.status,
    done_steps: row.total_steps === 0 ? row.done_steps : done,
    error: seen.error ?? row.error,
    cancel_requested: seen.cancel_requested,
    started_at: seen.started_at,
    finished_at: seen.finished_at,
  };
}

export function withStepSeen(step: StepOut, seen: StepSeen): StepOut {
  return {
    ...step,
    state: seen.state,
    reason: seen.reason,
    attempt: seen.attempt,
    waiting_on: seen.waiting_on,
    run_after: seen.run_after,
    progress: seen.progress,
    error: seen.error,
    started_at: seen.started_at,
    finished_at: seen.finished_at,
    leased_by: seen.state === "running" ? step.leased_by : null,
  };
}

/** Steps with what events say of them; those that nobody spoke of stay the same objects. */
export function withStepsSeen(steps: readonly StepOut[], seen: readonly StepSeen[]): readonly StepOut[] {
  const byId = new Map(seen.map((step) => [step.id, step]));
  return steps.map((step) => {
    const found = byId.get(step.id);
    return found ? withStepSeen(step, found) : step;
  });
}
