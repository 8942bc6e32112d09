-- drop_steps.sql
-- Steps that the newer version no longer has: kept for people, ignored by the engine. The caller holds the instance.
update batch_step
set dropped_at = clock_now()
where batch_instance_id = :instance
  and step_key = any(:keys)
  and dropped_at is null
