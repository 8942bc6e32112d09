-- step_pace.sql
-- Since when a step is at its items, how many it has done and how many there are, and how its shards stand. A claim begins
-- the progress anew; a step that asks providers is claimed for each look, so its build says since when. Locks nothing.
select clock_now() as now,
    min(coalesce(generation.begun_at, step.started_at)) as since,
    cast(sum(cast(coalesce(step.progress ->> 'done', result.result_payload ->> 'items') as numeric)) as bigint) as done,
    cast(sum(cast(coalesce(step.progress ->> 'total', cast(generation.items as text)) as numeric)) as bigint) as total,
    count(*) filter (where step.shard > 0) as shards,
    count(step.finished_at) filter (where step.shard > 0) as shards_done,
    bool_or(step.finished_at is null) as is_open
from batch_step as step
left join generation on generation.step_id = step.id
left join batch_step_result as result
    on (result.batch_instance_id, result.step_key, result.shard, result.attempt)
     = (step.batch_instance_id, step.step_key, step.shard, step.attempt)
   and jsonb_typeof(result.result_payload -> 'items') = 'number'
where step.batch_instance_id = :instance
  and step.step_key = :key
  and step.dropped_at is null
