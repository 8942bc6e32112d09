-- raise_late_alerts.sql
-- Write alerts for instances that have run longer than their webhook allows, live or ended within the hour; each once.
-- Locks nothing but what it writes.
insert into alert_delivery (webhook_id, event, event_key, payload)
select webhook.id, 'sla', 'sla:' || instance.id,
    alert_payload('sla', instance, format('takes longer than %s min', webhook.sla_minutes))
from batch_instance as instance
join batch_definition as definition on definition.id = instance.definition_id
join alert_webhook as webhook
    on webhook.enabled
   and 'sla' = any(webhook.events)
   and coalesce(webhook.definition = definition.name, true)
where instance.rehearsal is null
  and instance.started_at < coalesce(instance.finished_at, clock_now()) - make_interval(mins => webhook.sla_minutes)
  and (instance.status = 'running' or instance.finished_at > clock_now() - interval '1 hour')
  and coalesce(instance.finished_at > webhook.created_at, true)
  and not exists (
      select from alert_delivery as known
      where known.webhook_id = webhook.id and known.event_key = 'sla:' || instance.id)
order by webhook.id, instance.id
on conflict (webhook_id, event_key) do nothing
returning webhook_id, event_key
