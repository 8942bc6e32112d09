-- list_fires.sql
-- What became of the instants of crons in a span of time, in order of time and definition. Locks nothing.
select definition, fire_at, outcome, reason, late, batch_instance_id as instance_id, status
from batch_cron_calendar
where outcome in ('fired', 'missed', 'skipped_overlap', 'failed_to_start')
  and fire_at >= coalesce(cast(:begin as timestamptz), clock_now() - interval '7 days')
  and fire_at < coalesce(cast(:end as timestamptz), 'infinity')
  and (cast(:definition as text) is null or definition = cast(:definition as text))
  and (fire_at, definition) > (cast(:after_at as timestamptz), cast(:after_definition as text))
order by fire_at, definition
limit :limit
