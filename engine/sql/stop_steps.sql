-- stop_steps.sql
-- A step failed with onFailure: stop. Call off what has not begun, but for the steps that are kept.
-- The caller holds the instance.
update batch_step
set state = 'cancelled',
    reason = 'stopped',
    error = :why,
    finished_at = clock_now()
where batch_instance_id = :instance
  and state in ('pending', 'ready')
  and step_key <> all(:kept)
  and dropped_at is null
returning step_key, shard
