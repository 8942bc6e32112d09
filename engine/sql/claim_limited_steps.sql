-- claim_limited_steps.sql
-- As claim_steps.sql, while there are limits: of each runner as many as it may have. Locks the limits that have room until
-- the commit, but for those that another worker holds: its runners' steps are left to it. Locks the rows taken.
with due as (
    select step.id
    from due_shares(:room, false, cast(:runners as text[])) as allowed
    cross join lateral (
        select id
        from batch_step
        where state = 'ready'
          and runner = allowed.runner
          and run_after <= clock_now()
        order by priority desc, run_after, id
        limit allowed.share
        for no key update skip locked
    ) as step
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
    from due
    where step.id = due.id
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
