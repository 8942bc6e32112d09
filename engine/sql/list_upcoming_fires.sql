-- list_upcoming_fires.sql
-- The next instants of crons, those that are due and nobody has looked at, and crons that cannot be used. Locks nothing.
select definition, fire_at, outcome, reason
from batch_cron_calendar
where outcome in ('planned', 'due', 'unusable')
  and (cast(:definition as text) is null or definition = cast(:definition as text))
order by fire_at, definition
limit 1000
