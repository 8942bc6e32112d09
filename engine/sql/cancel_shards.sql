-- cancel_shards.sql
-- Call off the shards that have not begun, once more have failed than is tolerated. The caller holds the instance.
update batch_step
set state = 'cancelled',
    reason = 'tolerance_exceeded',
    finished_at = clock_now()
where batch_instance_id = :instance
  and step_key = :key
  and shard > 0
  and state in ('pending', 'ready')
returning shard
