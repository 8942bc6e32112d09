-- queue_state.sql
-- What waits, what runs, and since when. Locks nothing; each figure is read from a partial index.
select ready.due, ready.later, ready.oldest_due_at, running.count, running.oldest_started_at, running.workers,
    running.overdue, instances.pending, instances.running
from (
    select count(*) filter (where run_after <= clock_now()) as due,
           count(*) filter (where run_after > clock_now()) as later,
           min(run_after) filter (where run_after <= clock_now()) as oldest_due_at
    from batch_step
    where state = 'ready'
) as ready
cross join (
    select count(*) as count, min(started_at) as oldest_started_at, count(distinct leased_by) as workers,
           count(*) filter (where lease_expires_at < clock_now()) as overdue
    from batch_step
    where state = 'running'
) as running
cross join (
    select count(*) filter (where status = 'pending') as pending, count(*) filter (where status = 'running') as running
    from batch_instance
    where status in ('pending', 'running')
) as instances
