-- check_fence.sql
-- Say whether this worker still holds this attempt. Locks nothing: an early look, not a guarantee.
-- leased_by says that it is running (leased_iff_running); naming the state would draw the planner to the lease index.
select 1
from batch_step
where id = :id
  and attempt = :attempt
  and snoozes = :snoozes
  and leased_by = :worker
