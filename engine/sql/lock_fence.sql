-- lock_fence.sql
-- Hold the attempt until the commit that follows at once. Locks the step row, so a rescue waits for the commit.
select 1
from batch_step
where id = :id
  and attempt = :attempt
  and snoozes = :snoozes
  and leased_by = :worker
  and state = 'running'
for no key update
