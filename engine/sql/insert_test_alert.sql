-- insert_test_alert.sql
-- Write an alert that says only that the webhook works, claimed already. Returns nothing where there is no such webhook.
with written as (
    insert into alert_delivery (webhook_id, event, event_key, tries, next_try_at, payload)
    select id, 'test', 'test:' || gen_random_uuid(), 1, clock_now() + interval '2 minutes', jsonb_build_object(
        'type', 'batchdag.test', 'timestamp', clock_now(), 'text', format('batchdag: a test of the webhook %s', name),
        'data', jsonb_build_object('webhook', name))
    from alert_webhook
    where name = :name
    returning *
)
select written.id, written.tries, webhook.name, webhook.url, webhook.secret, written.event, written.message_id::text,
    written.payload, extract(epoch from clock_now())::bigint
from written
join alert_webhook as webhook on webhook.id = written.webhook_id
