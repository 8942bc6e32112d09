-- shrink_fire_gaps.sql
-- Go on behind what has been written down of these gaps. Their rows are locked by the claim.
update batch_cron_gap
set after_at = written.after_at
from unnest(cast(:ids as bigint[]), cast(:instants as timestamptz[])) as written(id, after_at)
where batch_cron_gap.id = written.id
