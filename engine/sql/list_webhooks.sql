-- list_webhooks.sql
-- Every webhook, and what became of its alerts; of its address only the host, for the rest may be secret. Locks nothing.
select webhook.name, webhook.events, webhook.definition, webhook.sla_minutes, webhook.enabled,
    webhook.secret is not null as signed,
    case when webhook.url like 'secret:%' then webhook.url
        else regexp_replace(substring(webhook.url from '//([^/?#]*)'), '^.*@', '') end as address,
    count(delivery.id) filter (where delivery.state = 'waiting') as waiting,
    count(delivery.id) filter (where delivery.state = 'sent') as sent,
    count(delivery.id) filter (where delivery.state = 'given_up') as given_up,
    (array_agg(delivery.answer order by delivery.id desc) filter (where delivery.answer is not null))[1] as last_answer
from alert_webhook as webhook
left join alert_delivery as delivery on delivery.webhook_id = webhook.id
group by webhook.id
order by webhook.name
