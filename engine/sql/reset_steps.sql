-- reset_steps.sql
-- Steps that a retry runs (again) are pending as on the first day; attempts and snoozes go on counting, they fence.
-- The caller holds the instance.
insert into batch_step as step
    (batch_instance_id, step_key, runner, waiting_on, parents_succeeded, parents_failed, priority)
select :instance, key, runner, waiting_on, parents_succeeded, parents_failed, :priority
from json_to_recordset(cast(:steps as json)) as plan (
    key text, runner text, waiting_on int, parents_succeeded int, parents_failed int)
on conflict (batch_instance_id, step_key, shard) do update
set state = 'pending',
    runner = excluded.runner,
    published_at = null,
    reason = null,
    error = null,
    failures = 0,
    losses = 0,
    waiting_on = excluded.waiting_on,
    parents_succeeded = excluded.parents_succeeded,
    parents_failed = excluded.parents_failed,
    run_after = clock_now(),
    cancel_requested_at = null,
    progress = null,
    started_at = null,
    finished_at = null,
    dropped_at = null
