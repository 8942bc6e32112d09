-- read_items.sql
-- The good items of one step or shard in a window of positions. Locks nothing.
-- A window, and not a limit: the planner may sort what is left of a table that it has no statistics of.
select seq, payload
from batch_item
where step_id = :step_id
  and seq >= :first
  and seq < :last
  and state = 'succeeded'
order by seq
