-- find_item.sql
-- One item of a step or shard, whole. Locks nothing.
select step.id as step_id, step.shard, item.seq, item.state, item.payload, item.error, item.attempts, item.tokens,
    item.cost_usd
from batch_step as step
join batch_item as item on item.step_id = step.id
where step.batch_instance_id = :instance
  and step.step_key = :key
  and step.shard = :shard
  and item.seq = :seq
