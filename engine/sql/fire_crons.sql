-- fire_crons.sql
-- Fire these instants, in this order; an instant that has its row already gives none. Locks the rows that it inserts.
select fire.definition_id, fire.fire_at, fire.outcome, fire.reason, fire.batch_instance_id
from unnest(cast(:ids as bigint[]), cast(:instants as timestamptz[]), cast(:overlaps as text[]))
    as due(definition_id, fire_at, overlap)
cross join lateral fire_cron(due.definition_id, due.fire_at, due.overlap) as fire
where fire.outcome is not null
