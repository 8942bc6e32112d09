-- prune_audit.sql
-- Delete rows of the audit log, oldest first, that are older than its retention. Says so to the trigger that refuses
-- every other deletion, until the transaction ends. Locks them; skips what others lock.
with kept as materialized (
    select cast(set_config('batchdag.audit_kept', cast(cast(:keep as interval) as text), true) as interval) as span
), old as (
    select id
    from audit_log, kept
    where at < clock_now() - greatest(kept.span, interval '30 days')
    order by at
    limit :limit
    for update of audit_log skip locked
)
delete from audit_log as entry
using old
where entry.id = old.id
returning entry.id
