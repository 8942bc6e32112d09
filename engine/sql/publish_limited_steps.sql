-- publish_limited_steps.sql
-- As publish_steps.sql, while there are limits: of each runner no more than may run, so that its steps never fill the queue.
-- Locks the limits until the commit, and the rows marked.
with due as (
    select step.id
    from due_shares(cast(least(:limit, greatest(0, :window - (
        select count(*) from batch_step where state = 'ready' and published_at is not null))) as int), true, null) as allowed
    cross join lateral (
        select id
        from batch_step
        where state = 'ready'
          and runner = allowed.runner
          and run_after <= clock_now()
          and published_at is null
        order by priority desc, run_after, id
        limit allowed.share
        for no key update skip locked
    ) as step
)
update batch_step as step
set published_at = clock_now()
from due
where step.id = due.id
returning step.id, step.attempt, step.priority, step.runner
