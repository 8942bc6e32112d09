-- running_instance.sql
-- The time, and an instance that runs now with the content of its version. Locks nothing.
select clock_now(), instance.started_at, version.content
from batch_instance as instance
join batch_definition_version as version using (definition_id, version)
where instance.id = :id
  and instance.status = 'running'
