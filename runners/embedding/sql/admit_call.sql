-- admit_call.sql
-- May this server be called? Always while closed; once an open breaker has rested, by one caller alone.
-- No row: nothing has failed yet. Returns is_admitted, the time to wait, how long it is down, and why. Locks the row.
with seen as (
    select *, state = 'closed'
        or (state = 'open' and retry_at <= clock_now())
        or (state = 'half_open' and (probe_by = :holder or probe_until <= clock_now())) as is_admitted
    from circuit_breaker
    where name = :name
    for update
), probing as (
    update circuit_breaker as breaker
    set state = 'half_open',
        probe_by = :holder,
        probe_until = clock_now() + :probe,
        updated_at = clock_now()
    from seen
    where breaker.name = seen.name
      and seen.is_admitted
      and seen.state <> 'closed'
)
select is_admitted,
    case state when 'half_open' then probe_until else retry_at end - clock_now(),
    clock_now() - failing_since,
    reason
from seen
