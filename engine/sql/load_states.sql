-- load_states.sql
-- The states of an instance's steps (not their shards), dropped ones too. The caller holds the instance.
select step_key, id, state, dropped_at is not null
from batch_step
where batch_instance_id = :instance
  and shard = 0
order by id
