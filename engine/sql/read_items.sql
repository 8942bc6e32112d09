-- read_items.sql
-- One page of the good items of one step or shard, by position. Locks nothing.
select seq, payload
from batch_item
where step_id = :step_id
  and seq > :after
  and (cast(:last as bigint) is null or seq < cast(:last as bigint))
  and state = 'succeeded'
order by seq
limit :limit
