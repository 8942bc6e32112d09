-- past_purchases.sql
-- What the steps of the last instances of a definition that succeeded have bought; and how many instances those are.
-- Locks nothing.
with past as (
    select instance.id
    from batch_instance as instance
    join batch_definition as definition on definition.id = instance.definition_id
    where definition.name = :name
      and instance.status = 'succeeded'
      and instance.rehearsal is null
    order by instance.id desc
    limit :instances
)
select (select count(*) from past), job.step_key, job.provider, job.model, job.mode, bool_or(job.is_simulated),
    coalesce(sum(job.succeeded + job.failed + job.dead), 0), coalesce(sum(job.input_tokens), 0),
    coalesce(sum(job.output_tokens), 0), coalesce(sum(job.cost_usd), 0)
from past
join provider_batch as job on job.batch_instance_id = past.id and job.state <> 'abandoned'
group by job.step_key, job.provider, job.model, job.mode
order by job.step_key, job.provider, job.model, job.mode
