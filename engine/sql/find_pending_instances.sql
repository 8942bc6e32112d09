-- find_pending_instances.sql
-- Instances that may start now, most urgent first. A rehearsal takes nobody's place, and waits for none.
-- Locks them; skips those that another process is starting.
select instance.id, instance.definition_id, instance.version, instance.priority, instance.rehearsal
from batch_instance as instance
join batch_definition as definition on definition.id = instance.definition_id
where instance.status = 'pending'
  and (definition.max_active is null
       or instance.rehearsal is not null
       or definition.max_active > (select count(*) from batch_instance as active
                                   where active.definition_id = definition.id and active.status = 'running'
                                     and active.rehearsal is null))
  and (definition.overlap = 'allow' or instance.trigger <> 'cron' or live_instance(definition.id) = instance.id)
order by instance.priority desc, instance.id
limit :limit
for no key update of instance skip locked
