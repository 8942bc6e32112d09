-- results_of_instances.sql
-- The first :limit results of each of these instances, by step, shard and attempt; of one step only, if :step is given.
-- Locks nothing.
select result.batch_instance_id, result.step_key, result.shard, result.attempt, result.result_payload, result.error,
    result.started_at, result.finished_at
from unnest(cast(:ids as bigint[])) as wanted (id)
cross join lateral (
    select *
    from batch_step_result
    where batch_instance_id = wanted.id
      and (cast(:step as text) is null or step_key = :step)
    order by step_key, shard, attempt
    limit :limit
) as result
order by result.batch_instance_id, result.step_key, result.shard, result.attempt
