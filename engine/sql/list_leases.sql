-- list_leases.sql
-- What runs now: which step of which instance, at whom, and until when its lease lasts. Locks nothing.
select step.id, instance.id as instance_id, definition.name as definition, step.step_key, step.shard, step.attempt,
    step.runner, step.leased_by as worker, step.started_at, step.lease_expires_at,
    step.lease_expires_at < clock_now() as is_overdue, step.progress,
    step.cancel_requested_at is not null as cancel_requested
from batch_step as step
join batch_instance as instance on instance.id = step.batch_instance_id
join batch_definition as definition on definition.id = instance.definition_id
where step.state = 'running'
  and step.id > :after
  and (cast(:worker as text) is null or step.leased_by = cast(:worker as text))
order by step.id
limit :limit
