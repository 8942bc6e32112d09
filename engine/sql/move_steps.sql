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
from json_to_recordset(cast(:moves as json)) as move (
    id bigint, state text, reason text, error text, waiting_on int, parents_succeeded int, parents_failed int)
where step.id = move.id
  and move.id % 1 = 0
  and step.state = 'pending'
returning step.id
