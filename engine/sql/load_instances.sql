-- load_instances.sql
-- What never changes about running instances, or only by a reset. Locks nothing.
select instance.id, instance.definition_id, instance.version, definition.name, instance.params, instance.trigger,
    instance.scheduled_at, instance.created_at, instance.rehearsal
from batch_instance as instance
join batch_definition as definition on definition.id = instance.definition_id
where instance.id = any(:ids)
