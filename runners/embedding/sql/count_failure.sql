-- count_failure.sql
-- Count a failed call. Too many in a row open the breaker; a failed probe opens it again, for twice as long.
-- Returns the state, the time to wait, how long it is down, and why. Locks the row.
insert into circuit_breaker as breaker (name, state, failures, failing_since, opened_at, cooldown, retry_at, reason)
select :name, opens.state, 1, clock_now(), case opens.state when 'open' then clock_now() end, :cooldown,
    case opens.state when 'open' then clock_now() + :cooldown end, :reason
from (select case when :most <= 1 then 'open' else 'closed' end as state) as opens
on conflict (name) do update
set failures = breaker.failures + 1,
    failing_since = coalesce(breaker.failing_since, clock_now()),
    reason = :reason,
    updated_at = clock_now(),
    (state, opened_at, cooldown, retry_at, probe_by, probe_until) = (
        select
            case when decided.opens then 'open' else breaker.state end,
            case when decided.opens then clock_now() else breaker.opened_at end,
            decided.cooldown,
            case when decided.opens then clock_now() + decided.cooldown else breaker.retry_at end,
            case when not decided.opens then breaker.probe_by end,
            case when not decided.opens then breaker.probe_until end
        from (
            select (breaker.state = 'closed' and breaker.failures + 1 >= :most)
                    or (breaker.state = 'half_open' and breaker.probe_by = :holder) as opens,
                case breaker.state
                    when 'closed' then :cooldown
                    when 'half_open' then least(breaker.cooldown * 2, greatest(:longest, :cooldown))
                    else breaker.cooldown
                end as cooldown
        ) as decided
    )
returning state, coalesce(retry_at, probe_until) - clock_now(), clock_now() - failing_since, reason
