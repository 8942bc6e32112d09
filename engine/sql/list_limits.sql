-- list_limits.sql
-- The limits and how each is used now. Locks nothing.
select scope, name, running, max_running, begun_last_minute, max_per_minute, waiting
from batch_limit_overview
order by scope, name
limit 1000
