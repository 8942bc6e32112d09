-- ended_runs.sql
-- Those of these instances that have ended and whose last attempt was this worker's. Locks nothing.
select instance.id, definition.name, instance.version, instance.trigger, instance.status, instance.error,
    instance.created_at, instance.finished_at
from batch_instance as instance
join batch_definition as definition on definition.id = instance.definition_id
where instance.id = any(:ids)
  and instance.finished_at is not null
  and :worker = (
      select result.worker
      from batch_step_result as result
      where result.batch_instance_id = instance.id
      order by result.finished_at desc, result.step_key
      limit 1)
