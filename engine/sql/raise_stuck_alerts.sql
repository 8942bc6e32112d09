-- raise_stuck_alerts.sql
-- Write alerts for instances in which due steps have waited, and nothing has moved, for as long as a webhook allows; one
-- for each time they stop. Locks nothing but what it writes.
with waiting as (
    select batch_instance_id as id, count(*) as steps, min(run_after) as due_since
    from batch_step
    where state = 'ready' and run_after < clock_now() - interval '1 minute'
    group by batch_instance_id
), still as (
    select waiting.id, waiting.steps, greatest(waiting.due_since, max(step.started_at), max(step.finished_at)) as since
    from waiting
    join batch_step as step on step.batch_instance_id = waiting.id
    group by waiting.id, waiting.steps, waiting.due_since
    having not bool_or(step.state = 'running')
)
insert into alert_delivery (webhook_id, event, event_key, payload)
select webhook.id, 'stuck', format('stuck:%s:%s', still.id, extract(epoch from still.since)),
    alert_payload('stuck', instance, format(
        'has not moved for %s min, and %s of its steps are due: is a worker running?', webhook.stuck_minutes, still.steps))
from still
join batch_instance as instance on instance.id = still.id and instance.rehearsal is null
join batch_definition as definition on definition.id = instance.definition_id
join alert_webhook as webhook
    on webhook.enabled
   and 'stuck' = any(webhook.events)
   and coalesce(webhook.definition = definition.name, true)
   and still.since < clock_now() - make_interval(mins => webhook.stuck_minutes)
order by webhook.id, instance.id
on conflict (webhook_id, event_key) do nothing
returning webhook_id, event_key
