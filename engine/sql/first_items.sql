-- first_items.sql
-- The first good items of these steps; without any, the first of the step itself, whatever became of them. Locks nothing.
select item.payload
from batch_step as step
join batch_item as item on item.step_id = step.id
where step.batch_instance_id = :instance
  and step.dropped_at is null
  and case when cardinality(cast(:ids as bigint[])) > 0
      then step.id = any(cast(:ids as bigint[])) and item.state = 'succeeded'
      else step.step_key = :step end
order by step.id, item.seq
limit :limit
