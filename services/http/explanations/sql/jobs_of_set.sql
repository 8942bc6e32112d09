-- The instances that explain a set, or will; one that names no set explains those of every set. Locks nothing.
select instance.id as instance_id, definition.name as definition, instance.status, instance.created_at,
       instance.started_at
from batch_instance as instance
join batch_definition as definition on definition.id = instance.definition_id
where definition.name = :name
  and coalesce(instance.params #>> '{where,set_id}', :set_id) = :set_id
  and instance.status in ('pending', 'running')
  and instance.rehearsal is null
order by instance.id
limit 100
