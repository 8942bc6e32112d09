-- prune_alerts.sql
-- Delete alerts, oldest first, that were sent or given up before the retention. Locks them; skips what others lock.
with old as (
    select id
    from alert_delivery
    where settled_at < clock_now() - cast(:keep as interval)
    order by settled_at
    limit :limit
    for update skip locked
)
delete from alert_delivery as delivery
using old
where delivery.id = old.id
returning delivery.id
