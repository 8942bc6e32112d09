-- claim_alerts.sql
-- Take up to :room alerts that are due, for two minutes: who takes one and dies leaves it to the next. Locks the rows
-- taken; skips those that others are taking.
with due as (
    select delivery.id, webhook.name, webhook.url, webhook.secret
    from alert_delivery as delivery
    join alert_webhook as webhook on webhook.id = delivery.webhook_id
    where delivery.state = 'waiting'
      and delivery.next_try_at <= clock_now()
      and webhook.enabled
    order by delivery.next_try_at
    limit :room
    for update of delivery skip locked
)
update alert_delivery as delivery
set tries = tries + 1,
    next_try_at = clock_now() + interval '2 minutes'
from due
where delivery.id = due.id
returning delivery.id, delivery.tries, due.name, due.url, due.secret, delivery.event, delivery.message_id::text,
    delivery.payload, extract(epoch from clock_now())::bigint
