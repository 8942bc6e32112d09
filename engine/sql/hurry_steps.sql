-- hurry_steps.sql
-- Make due at once what waits to be tried again; what waits for something outside goes on waiting. Locks the step rows.
with waiting as (
    select id
    from batch_step
    where state = 'ready'
      and run_after > clock_now()
      and coalesce(reason, '') not like 'snoozed:%'
    order by id
    for no key update skip locked
)
update batch_step as step
set run_after = clock_now()
from waiting
where step.id = waiting.id
returning step.id
