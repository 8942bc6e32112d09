-- spend_by_day.sql
-- What the jobs of some days have cost, by the day (UTC) on which they were made and by definition; null: its instance was
-- pruned. Rehearsals do not count. Locks nothing.
select cast(job.created_at at time zone 'UTC' as date) as day, definition.name as definition,
    coalesce(sum(job.cost_usd) filter (where not job.is_simulated), 0) as spent_usd,
    coalesce(sum(job.cost_usd) filter (where job.is_simulated), 0) as simulated_usd
from provider_batch as job
left join batch_instance as instance on instance.id = job.batch_instance_id
left join batch_definition as definition on definition.id = instance.definition_id
where job.created_at > clock_now() - make_interval(days => :days)
  and job.state <> 'abandoned'
  and instance.rehearsal is null
group by 1, 2
order by 1, 2
