-- lock_fence.sql
-- Hold the attempt until the commit that follows at once. Locks the step row, so a rescue waits for the commit:
-- if this process freezes or is cut off before it, the server ends the transaction and frees the lock.
-- leased_by says that it is running (leased_iff_running); naming the state would draw the planner to the lease index.
select 1, set_config('idle_in_transaction_session_timeout', '10s', true)
from batch_step
where id = :id
  and attempt = :attempt
  and snoozes = :snoozes
  and leased_by = :worker
for no key update
