-- watch_position.sql
-- Where a look stands: the oldest transaction that is still under way, the next one to come, and the time. Locks nothing.
select pg_snapshot_xmin(seen)::text::bigint, pg_snapshot_xmax(seen)::text::bigint, clock_now()
from pg_current_snapshot() as seen
