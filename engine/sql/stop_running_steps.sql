-- stop_running_steps.sql
-- Ask the workers of what is running to stop it, but for the steps that are kept. The caller holds the instance.
-- Locks the step rows by id, as renewals do.
with live as (
    select id
    from batch_step
    where batch_instance_id = :instance
      and state = 'running'
      and step_key <> all(:kept)
    order by id
    for no key update
)
update batch_step as step
set cancel_requested_at = clock_now()
from live
where step.id = live.id
returning step.id
