-- mark_spread.sql
-- A parallel step that goes on waits for the shards it still has to run. The caller holds the instance.
update batch_step
set reason = 'spread',
    waiting_on = :open,
    parents_succeeded = :succeeded,
    parents_failed = 0
where batch_instance_id = :instance
  and step_key = :key
  and shard = 0
