-- reset_shards.sql
-- The shards of a parallel step that a retry goes on with; those that succeeded are kept. The caller holds the instance.
update batch_step
set state = 'pending',
    reason = null,
    error = null,
    failures = 0,
    losses = 0,
    run_after = clock_now(),
    published_at = null,
    cancel_requested_at = null,
    progress = null,
    started_at = null,
    finished_at = null
where batch_instance_id = :instance
  and step_key = :key
  and shard > 0
  and state <> 'succeeded'
