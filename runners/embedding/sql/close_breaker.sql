-- close_breaker.sql
-- The server has answered: what failed before is forgotten. Locks the row, if there is anything to forget.
update circuit_breaker
set state = 'closed',
    failures = 0,
    failing_since = null,
    opened_at = null,
    retry_at = null,
    probe_by = null,
    probe_until = null,
    updated_at = clock_now()
where name = :name
  and (state <> 'closed' or failures > 0)
