-- measure_providers.sql
-- Open jobs of providers with their age, and what the open ones and those closed in a day have cost: by index.
-- Locks nothing.
with job as (
    select * from provider_batch where state not in ('ingested', 'abandoned')
    union all
    select * from provider_batch where finished_at > clock_now() - interval '1 day'
), live as (
    select * from job where finished_at is null
), bought as (
    select jsonb_build_object('provider', provider, 'model', model, 'simulated', is_simulated::text) as labels,
        sum(cost_usd) as cost, sum(lost_replies) as lost, sum(jsonb_array_length(duplicates)) as duplicates
    from job
    group by provider, model, is_simulated
)
select 'provider_jobs' as name, jsonb_build_object('provider', provider, 'state', state) as labels,
    count(*)::float8 as value
from live group by provider, state
union all
select 'provider_job_oldest_seconds', jsonb_build_object('provider', provider, 'state', state),
    extract(epoch from clock_now() - min(created_at))
from live group by provider, state
union all
select 'provider_jobs_overdue', '{}', count(*) from live where deadline_at < clock_now()
union all
select 'spend_usd_last_day', labels, cost from bought
union all
select 'lost_replies_last_day', labels, lost from bought
union all
select 'duplicate_jobs_last_day', labels, duplicates from bought
