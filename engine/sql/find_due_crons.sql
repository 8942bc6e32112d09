-- find_due_crons.sql
-- Crons with a due instant, or just edited, and the database's time. Locks them for a moment; skips what others hold.
select clock_now(), cron.definition_id, definition.version, definition.name, definition.cron, definition.timezone,
    definition.misfire, definition.overlap, cron.decided_at
from batch_cron as cron
join batch_definition as definition on definition.id = cron.definition_id
where cron.enabled
  and cron.problem is null
  and (cron.next_fire_at is null or cron.next_fire_at <= clock_now())
order by cron.next_fire_at nulls first
limit :limit
for no key update of cron skip locked
for key share of definition skip locked
