-- insert_missed_fires.sql
-- Write down instants that were not fired; one that has its row already keeps it. Locks the rows that it inserts.
insert into batch_cron_fire (definition_id, fire_at, outcome, reason)
select missed.definition_id, missed.fire_at, 'missed', missed.reason
from unnest(cast(:ids as bigint[]), cast(:instants as timestamptz[]), cast(:reasons as text[]))
    as missed(definition_id, fire_at, reason)
on conflict do nothing
