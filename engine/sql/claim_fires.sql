-- claim_fires.sql
-- Crons with a due instant, or just edited. Locks them, and their definitions against removal; skips what others hold.
select cron.definition_id, definition.name, definition.cron, definition.timezone, definition.misfire, definition.overlap,
    cron.decided_at
from batch_cron as cron
join batch_definition as definition on definition.id = cron.definition_id
where cron.enabled
  and cron.problem is null
  and (cron.next_fire_at is null or cron.next_fire_at <= :now)
order by cron.next_fire_at nulls first
limit :limit
for no key update of cron skip locked
for key share of definition skip locked
