-- load_fires.sql
-- What became of the instants of one cron in a span, both ends included. Locks nothing.
select fire_at, outcome, reason, batch_instance_id
from batch_cron_fire
where definition_id = :id
  and fire_at between :start and :end
