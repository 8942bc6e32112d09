-- stop_running_steps.sql
-- Ask the workers of what is running to stop it, but for the steps that are kept. The caller holds the instance.
update batch_step
set cancel_requested_at = clock_now()
where batch_instance_id = :instance
  and state = 'running'
  and step_key <> all(:kept)
returning id
