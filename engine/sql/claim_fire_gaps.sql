-- claim_fire_gaps.sql
-- The oldest gaps that are not written down yet. Locks them; skips those that others are writing down.
select id, definition_id, cron, timezone, after_at, until_at, reason
from batch_cron_gap
order by id
limit :limit
for update skip locked
