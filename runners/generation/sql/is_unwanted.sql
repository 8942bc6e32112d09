-- Say whether nobody wants a job's answers any more: its step was cancelled or dropped, or is gone.
select not exists (
    select from batch_step as step
    where step.id = :step_id
      and step.state <> 'cancelled'
      and step.dropped_at is null)
