-- find_pending_instances.sql
-- Instances that may start now, most urgent first. Locks them; skips those that another process is starting.
select instance.id, instance.definition_id, instance.version, instance.priority
from batch_instance as instance
join batch_definition as definition on definition.id = instance.definition_id
where instance.status = 'pending'
  and (definition.max_active is null
       or definition.max_active > (select count(*) from batch_instance as active
                                   where active.definition_id = definition.id and active.status = 'running'))
order by instance.priority desc, instance.id
limit :limit
for no key update of instance skip locked
