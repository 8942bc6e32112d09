-- prune_instances.sql
-- Delete ended instances, oldest first, that ended before the retention; their steps, items and results go with them.
-- Failed and cancelled ones, which can be continued, are kept twice as long. Locks them; skips what others lock.
with old as (
    select id
    from batch_instance
    where (status = 'succeeded' and finished_at < clock_now() - cast(:keep as interval))
       or (status in ('failed', 'cancelled') and finished_at < clock_now() - 2 * cast(:keep as interval)
           and retry_requested_at is null)
    order by finished_at
    limit :limit
    for update skip locked
)
delete from batch_instance as instance
using old
where instance.id = old.id
returning instance.id
