-- measure_steps.sql
-- Live steps by state, the queue, and the leases: by the indexes of ready and of running steps, each read once.
-- Locks nothing.
with ready as (
    select count(*)::float8 as steps,
        count(*) filter (where run_after <= clock_now()) as due,
        extract(epoch from clock_now() - min(run_after) filter (where run_after <= clock_now())) as oldest
    from batch_step where state = 'ready'
), running as (
    select count(*) as steps,
        count(*) filter (where lease_expires_at < clock_now()) as expired,
        count(distinct leased_by) as workers
    from batch_step where state = 'running'
), live as (
    select coalesce(sum(open_steps), 0) as steps
    from batch_instance where status = 'running'
)
select 'steps' as name, jsonb_build_object('state', 'ready') as labels, steps as value from ready
union all
select 'steps', jsonb_build_object('state', 'running'), steps from running
union all
select 'steps', jsonb_build_object('state', 'pending'), greatest(0, live.steps - ready.steps - running.steps)
from live, ready, running
union all
select 'queue_steps', '{}', due from ready
union all
select 'queue_oldest_seconds', '{}', coalesce(oldest, 0) from ready
union all
select 'leases_expired', '{}', expired from running
union all
select 'workers_with_steps', '{}', workers from running
