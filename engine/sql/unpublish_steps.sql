-- unpublish_steps.sql
-- Ready steps whose message was lost, or came where there is no room: they are published again. Locks the step rows.
update batch_step as step
set published_at = null
from (
    select id
    from batch_step
    where id = any(:ids)
      and state = 'ready'
      and published_at is not null
    order by id
    for no key update skip locked
) as lost
where step.id = lost.id
returning step.id
