-- claim_limited_messages.sql
-- As claim_messages.sql, while there are limits. A step whose runner has no room stays ready and counts as not published:
-- it is published again when there is room. Locks the rows, and then, until the commit, the limits of their runners.
with named as materialized (
    select step.id, step.runner
    from (select distinct id, attempt from unnest(cast(:ids as bigint[]), cast(:attempts as int[])) as m (id, attempt)) as message
    join batch_step as step on step.id = message.id
    where step.attempt = message.attempt
      and step.state = 'ready'
      and step.run_after <= clock_now()
    order by step.id
    for no key update of step skip locked
), ranked as (
    select id, runner, row_number() over (partition by runner order by id) as place
    from named
), decided as materialized (
    select ranked.id, coalesce(ranked.place <= limited.room, true) as is_taken
    from ranked
    left join runner_rooms(array(select distinct runner from named), true) as limited on limited.runner = ranked.runner
), left_ready as (
    update batch_step as step
    set published_at = null
    from decided
    where step.id = decided.id
      and not decided.is_taken
), claimed as (
    update batch_step as step
    set state = 'running',
        attempt = step.attempt + case when step.reason like 'snoozed:%' then 0 else 1 end,
        reason = null,
        published_at = null,
        leased_by = :worker,
        lease_expires_at = clock_now() + :lease,
        started_at = clock_now(),
        progress = null
    from decided
    where step.id = decided.id
      and decided.is_taken
    returning step.*
), used as (
    insert into batch_limit_use (scope, name, uses)
    select limited.scope, limited.name, count(*)
    from claimed
    join batch_limit as limited on limited.scope = 'runner' and limited.name = claimed.runner
    where limited.max_per_minute is not null
    group by limited.scope, limited.name
)
select id, batch_instance_id, step_key, shard, attempt, snoozes, failures, shard_input,
    (select version from batch_instance where batch_instance.id = claimed.batch_instance_id),
    cancel_requested_at is not null
from claimed
