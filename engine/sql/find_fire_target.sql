-- find_fire_target.sql
-- The cron of one definition, and the database's time. Locks nothing.
select id, cron, timezone, clock_now()
from batch_definition
where name = :name
