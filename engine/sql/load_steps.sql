-- load_steps.sql
-- The rows of these steps (not their shards), to be decided on. Locks nothing: the caller holds the instances.
-- Lateral and limit: each row is looked up by its key, whatever the planner thinks of the table.
select step.*
from unnest(cast(:instances as bigint[]), cast(:keys as text[])) as wanted (instance, key)
cross join lateral (
    select batch_instance_id, step_key, id, state, reason, waiting_on, parents_succeeded, parents_failed
    from batch_step
    where batch_instance_id = wanted.instance
      and step_key = wanted.key
      and shard = 0
      and dropped_at is null
    limit 1
) as step
