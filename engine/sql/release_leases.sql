-- release_leases.sql
-- Hand back what a stopping worker has not finished, so that nobody waits for the lease. Locks the step rows.
-- leased_by says that it is running (leased_iff_running); naming the state would draw the planner to the lease index.
update batch_step as step
set state = 'ready',
    reason = 'handed_back',
    leased_by = null,
    lease_expires_at = null
from unnest(cast(:ids as bigint[]), cast(:attempts as int[])) as held (id, attempt)
where step.id = held.id
  and step.attempt = held.attempt
  and step.leased_by = :worker
returning step.id
