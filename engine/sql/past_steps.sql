-- past_steps.sql
-- When the steps of the last instances of a definition that succeeded ended, and how many items they made. Locks nothing.
with past as (
    select instance.id, instance.started_at
    from batch_instance as instance
    where instance.definition_id = (select definition_id from batch_instance where id = :instance)
      and instance.id <> :instance
      and instance.status = 'succeeded'
      and instance.rehearsal is null
    order by instance.id desc
    limit :runs
)
select past.id, past.started_at, step.step_key, step.finished_at, cast(result.result_payload ->> 'items' as numeric)
from past
join batch_step as step on step.batch_instance_id = past.id and step.shard = 0 and step.dropped_at is null
left join batch_step_result as result
    on (result.batch_instance_id, result.step_key, result.shard, result.attempt)
     = (step.batch_instance_id, step.step_key, 0, step.attempt)
   and jsonb_typeof(result.result_payload -> 'items') = 'number'
