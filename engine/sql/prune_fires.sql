-- prune_fires.sql
-- Delete what became of instants that are past the retention and whose instance is gone, or never was.
-- Never makes one fire again: batch_cron.decided_at says how far each cron is decided. Locks them; skips what others lock.
with old as (
    select definition_id, fire_at
    from batch_cron_fire
    where batch_instance_id is null
      and fire_at < clock_now() - cast(:keep as interval)
    limit :limit
    for update skip locked
)
delete from batch_cron_fire as fire
using old
where (fire.definition_id, fire.fire_at) = (old.definition_id, old.fire_at)
returning fire.fire_at
