-- move_steps.sql
-- Write the decisions on pending steps: counters, and the state where it is decided. Locks the step rows.
-- "% 1 = 0" is always true; it makes the planner expect one row, and so look each row up by its key for good.
update batch_step as step
set state = move.state,
    reason = move.reason,
    error = move.error,
    waiting_on = move.waiting_on,
    parents_succeeded = move.parents_succeeded,
    parents_failed = move.parents_failed,
    finished_at = case when move.state in ('pending', 'ready') then null else clock_now() end
from unnest(
    cast(:ids as bigint[]), cast(:states as text[]), cast(:reasons as text[]), cast(:errors as text[]),
    cast(:waiting_on as int[]), cast(:succeeded as int[]), cast(:failed as int[])
) as move (id, state, reason, error, waiting_on, parents_succeeded, parents_failed)
where step.id = move.id
  and move.id % 1 = 0
  and step.state = 'pending'
returning step.id
