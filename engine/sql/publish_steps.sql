-- publish_steps.sql
-- Mark the most urgent due steps as published, as long as fewer than :window are waiting in the queue. The message is sent
-- after the commit: one that is not sent is missed by find_published, and published again. Locks the rows marked.
with due as (
    select id
    from batch_step
    where state = 'ready'
      and run_after <= clock_now()
      and published_at is null
    order by priority desc, run_after, id
    limit least(:limit, greatest(0, :window - (
        select count(*) from batch_step where state = 'ready' and published_at is not null)))
    for no key update skip locked
)
update batch_step as step
set published_at = clock_now()
from due
where step.id = due.id
returning step.id, step.attempt, step.priority, step.runner
