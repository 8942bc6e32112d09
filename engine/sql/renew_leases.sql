-- renew_leases.sql
-- Push out the leases that this worker still holds; returns those it has lost by their absence. Locks the step rows.
-- leased_by says that it is running (leased_iff_running); naming the state would draw the planner to the lease index.
update batch_step as step
set lease_expires_at = clock_now() + :lease
from unnest(cast(:ids as bigint[]), cast(:attempts as int[])) as held (id, attempt)
where step.id = held.id
  and step.attempt = held.attempt
  and step.leased_by = :worker
returning step.id, step.cancel_requested_at is not null
