-- end_of_items.sql
-- The position behind the last item of one step or shard. Locks nothing.
select coalesce(max(seq) + 1, 0)
from batch_item
where step_id = :step_id
