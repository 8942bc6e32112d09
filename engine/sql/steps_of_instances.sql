-- steps_of_instances.sql
-- The first :limit steps (not their shards) of each of these instances, in the order in which they were made. Locks nothing.
select step.batch_instance_id, step.step_key, step.state, step.reason, step.attempt, step.failures, step.snoozes,
    step.run_after, step.progress, step.error, step.started_at, step.finished_at
from unnest(cast(:ids as bigint[])) as wanted (id)
cross join lateral (
    select *
    from batch_step
    where batch_instance_id = wanted.id
      and shard = 0
      and dropped_at is null
    order by batch_step.id
    limit :limit
) as step
order by step.batch_instance_id, step.id
