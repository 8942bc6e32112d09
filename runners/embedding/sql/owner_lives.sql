-- owner_lives.sql
-- Is the step that walks a pass still at it? Not if all its rows have ended, or are gone. Locks nothing.
select exists (
    select from batch_step
    where batch_instance_id = :instance_id
      and step_key = :step_key
      and finished_at is null
      and dropped_at is null
)
