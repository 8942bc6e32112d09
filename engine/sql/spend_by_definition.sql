-- spend_by_definition.sql
-- The budget of each definition beside what its jobs of 30 days, and its newest instance, have cost. Rehearsals do not
-- count. Between, and no =: by id alone a definition without instances would walk through those of all others. Locks nothing.
with month as (
    select instance.definition_id, sum(job.cost_usd) filter (where not job.is_simulated) as spent_usd,
        sum(job.cost_usd) filter (where job.is_simulated) as simulated_usd
    from provider_batch as job
    join batch_instance as instance on instance.id = job.batch_instance_id
    where job.created_at > clock_now() - interval '30 days'
      and instance.rehearsal is null
    group by instance.definition_id
)
select definition.name, definition.budget_usd, coalesce(month.spent_usd, 0) as spent_30d_usd,
    coalesce(month.simulated_usd, 0) as simulated_30d_usd, newest.id as last_instance_id,
    newest.spent_usd as last_spent_usd
from batch_definition as definition
left join month on month.definition_id = definition.id
left join lateral (
    select instance.id, (
        select coalesce(sum(cost_usd), 0) from provider_batch where batch_instance_id = instance.id) as spent_usd
    from batch_instance as instance
    where instance.definition_id between definition.id and definition.id
      and instance.rehearsal is null
    order by instance.definition_id, instance.id desc
    limit 1
) as newest on true
order by definition.name
limit 1000
