-- check_fence.sql
-- Say whether this worker still holds this attempt. Locks nothing: an early look, not a guarantee.
select 1
from batch_step
where id = :id
  and attempt = :attempt
  and snoozes = :snoozes
  and leased_by = :worker
  and state = 'running'
