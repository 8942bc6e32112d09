-- running_instance.sql
-- The time, and an instance that runs now with the definition that it runs. Locks nothing.
select clock_now(), instance.started_at, instance_content(instance)
from batch_instance as instance
where instance.id = :id
  and instance.status = 'running'
