-- newest_broken_instance.sql
-- The newest instance of a definition that failed or was cancelled, as a retry would find it. Locks nothing.
select instance.id, instance.definition_id, instance.version, instance.status, instance.params
from batch_instance as instance
join batch_definition as definition on definition.id = instance.definition_id
where definition.name = :name
  and instance.status in ('failed', 'cancelled')
  and instance.rehearsal is null
order by instance.id desc
limit 1
