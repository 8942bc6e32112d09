-- measure_instances.sql
-- Live instances, those that ended in the last hour, and why steps failed in it: by index. Locks nothing.
select 'instances' as name, jsonb_build_object('status', status) as labels, count(*)::float8 as value
from batch_instance where status in ('pending', 'running')
group by status
union all
select 'instance_oldest_seconds', '{}', coalesce(extract(epoch from clock_now() - min(created_at)), 0)
from batch_instance where status in ('pending', 'running')
union all
select 'instances_ended_last_hour', jsonb_build_object('status', status), count(*)
from batch_instance where finished_at > clock_now() - interval '1 hour'
group by status
union all
select 'steps_failed_last_hour', jsonb_build_object('reason', coalesce(reason, 'unknown')), count(*)
from batch_step where state = 'failed' and finished_at > clock_now() - interval '1 hour'
group by coalesce(reason, 'unknown')
union all
select 'alerts', jsonb_build_object('state', 'waiting'), count(*)
from alert_delivery where state = 'waiting'
union all
select 'alerts_settled_last_hour', jsonb_build_object('state', state), count(*)
from alert_delivery where settled_at > clock_now() - interval '1 hour'
group by state
