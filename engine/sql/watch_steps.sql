-- watch_steps.sql
-- The steps of these instances that were written by a transaction which the last look could not see. Locks nothing.
-- A row names the transaction that wrote it; age() compares such names across their wrap-around.
select step.batch_instance_id, step.id, step.step_key, step.state, step.reason, step.attempt, step.waiting_on,
    step.run_after, step.progress, step.error, step.started_at, step.finished_at
from batch_step as step
where step.batch_instance_id = any(:ids)
  and step.shard = 0
  and step.dropped_at is null
  and (cast(:since as text) is null or age(step.xmin) <= age(cast(cast(:since as text) as xid)))
order by step.id
