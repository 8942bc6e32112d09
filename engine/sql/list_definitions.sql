-- list_definitions.sql
-- Every definition: its version, who made that when, when its cron is due next, its newest instances and what they cost.
-- Rehearsals do not count. Of the jobs of 30 days each is read once, whatever definitions there are. Between, and no =:
-- by id alone a definition without instances would walk through those of all others. Locks nothing.
with spend as (
    select instance.definition_id, sum(job.cost_usd) filter (where not job.is_simulated) as spent_usd,
        sum(job.cost_usd) filter (where job.is_simulated) as simulated_usd
    from provider_batch as job
    join batch_instance as instance on instance.id = job.batch_instance_id
    where job.created_at > clock_now() - interval '30 days'
      and instance.rehearsal is null
    group by instance.definition_id
)
select definition.name, definition.description, definition.version, definition.enabled, definition.cron,
    definition.timezone, definition.budget_usd, jsonb_array_length(definition.steps) as steps, made.edited_by,
    made.client, made.edited_at,
    case when cron.enabled and cron.problem is null then cron.next_fire_at end as next_fire_at, cron.problem,
    newest.last_runs, live.running, coalesce(spend.spent_usd, 0) as spent_30d_usd,
    coalesce(spend.simulated_usd, 0) as simulated_30d_usd
from batch_definition as definition
join batch_definition_version as made on made.definition_id = definition.id and made.version = definition.version
left join batch_cron as cron on cron.definition_id = definition.id
left join spend on spend.definition_id = definition.id
cross join lateral (
    select coalesce(jsonb_agg(to_jsonb(run) order by run.id), '[]') as last_runs
    from (
        select id, status, extract(epoch from coalesce(finished_at, clock_now()) - started_at) as duration, created_at
        from batch_instance
        where definition_id between definition.id and definition.id and rehearsal is null
        order by definition_id, id desc
        limit 20) as run) as newest
cross join lateral (
    select count(*) as running
    from batch_instance
    where definition_id = definition.id and status in ('pending', 'running') and rehearsal is null) as live
order by definition.name
