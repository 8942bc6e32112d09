-- raise_overdue_alerts.sql
-- Write alerts for paid jobs that are past their deadline and still open; each once. Locks nothing but what it writes.
insert into alert_delivery (webhook_id, event, event_key, payload)
select webhook.id, 'stuck', 'overdue:' || job.id,
    alert_payload('stuck', instance, format(
        'waits in step %s for job %s of %s, which is past its deadline', job.step_key, job.provider_job, job.provider))
from provider_batch as job
join batch_instance as instance on instance.id = job.batch_instance_id and instance.rehearsal is null
join batch_definition as definition on definition.id = instance.definition_id
join alert_webhook as webhook
    on webhook.enabled
   and 'stuck' = any(webhook.events)
   and coalesce(webhook.definition = definition.name, true)
where job.state not in ('ingested', 'abandoned')
  and job.deadline_at < clock_now()
order by webhook.id, job.id
on conflict (webhook_id, event_key) do nothing
returning webhook_id, event_key
