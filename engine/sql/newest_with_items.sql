-- newest_with_items.sql
-- The newest instance of a definition in which a step has items, or an ancestor of it that is done. Not one that only
-- tried a step. Locks nothing.
select instance.id, instance.version
from batch_instance as instance
join batch_definition as definition on definition.id = instance.definition_id
where definition.name = :name
  and instance.rehearsal ->> 'step' is null
  and exists (
    select
    from batch_step as step
    join batch_item as item on item.step_id = step.id
    where step.batch_instance_id = instance.id
      and (step.step_key = :step or step.step_key = any(:ancestors) and step.state = 'succeeded')
      and step.dropped_at is null)
order by instance.id desc
limit 1
