-- The newest instance that explained a set and has ended, and what it failed of. Locks nothing.
select instance.id as instance_id, definition.name as definition, instance.status, instance.finished_at,
       coalesce(instance.error, failed.error) as error
from batch_instance as instance
join batch_definition as definition on definition.id = instance.definition_id
left join lateral (
    select step.error
    from batch_step as step
    where step.batch_instance_id = instance.id
      and step.state = 'failed'
    order by step.id
    limit 1
) as failed on true
where definition.name = :name
  and coalesce(instance.params #>> '{where,set_id}', :set_id) = :set_id
  and instance.status not in ('pending', 'running')
  and instance.rehearsal is null
order by instance.id desc
limit 1
