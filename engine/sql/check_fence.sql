-- check_fence.sql
-- Say whether this worker still holds this attempt. Locks nothing: an early look, not a guarantee.
-- What the runner does in the transaction may take its time: it is held to the server's own limit, not to the engine's.
-- leased_by says that it is running (leased_iff_running); naming the state would draw the planner to the lease index.
select 1, set_config('idle_in_transaction_session_timeout', null, true)
from batch_step
where id = :id
  and attempt = :attempt
  and snoozes = :snoozes
  and leased_by = :worker
