-- current_steps.sql
-- How far the steps of an instance are, for an estimate of the rest. Locks nothing.
select step.step_key, step.finished_at, cast(result.result_payload ->> 'items' as numeric),
    cast(step.progress ->> 'done' as bigint), cast(step.progress ->> 'total' as bigint), step.started_at
from batch_step as step
left join batch_step_result as result
    on (result.batch_instance_id, result.step_key, result.shard, result.attempt)
     = (step.batch_instance_id, step.step_key, 0, step.attempt)
   and jsonb_typeof(result.result_payload -> 'items') = 'number'
where step.batch_instance_id = :instance
  and step.shard = 0
  and step.dropped_at is null
