-- states_of_steps.sql
-- The states of some of an instance's steps (not their shards). Locks nothing.
select step_key, state
from batch_step
where batch_instance_id = :instance
  and step_key = any(:keys)
  and shard = 0
  and dropped_at is null
