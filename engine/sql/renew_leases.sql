-- renew_leases.sql
-- Push out the leases that this worker still holds; returns those it has lost by their absence.
-- Locks the step rows, by id as reports do: in another order the two would lock each other out.
-- leased_by says that it is running (leased_iff_running); naming the state would draw the planner to the lease index.
with held as (
    select step.id
    from unnest(cast(:ids as bigint[]), cast(:attempts as int[])) as mine (id, attempt)
    join batch_step as step on step.id = mine.id and step.attempt = mine.attempt
    where step.leased_by = :worker
    order by step.id
    for no key update of step
)
update batch_step as step
set lease_expires_at = clock_now() + :lease
from held
where step.id = held.id
returning step.id, step.cancel_requested_at is not null
