-- list_breakers.sql
-- The circuit breakers, those first that let nobody through. Locks nothing.
select name, state, failures, failing_since, opened_at, cooldown, retry_at, reason, updated_at
from circuit_breaker
where cast(:name as text) is null
   or name = cast(:name as text)
order by state = 'closed', name
limit 1000
