-- backfill_fires.sql
-- Fire these instants of one cron by hand, in this order; those that have been fired give no row. Locks their rows.
select fire.fire_at, fire.outcome, fire.reason, fire.batch_instance_id
from unnest(cast(:instants as timestamptz[])) as wanted(fire_at)
cross join lateral backfill_cron(:id, wanted.fire_at) as fire
where fire.outcome is not null
