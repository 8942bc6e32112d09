-- rehearsed_asks.sql
-- What the steps of a rehearsal have asked the stand-in: of each item the last request of the build that stands, and the
-- terms of the newest job. Locks nothing.
with job as (
    select job.*
    from provider_batch as job
    join generation on generation.step_id = job.step_id and generation.build = job.build
    where job.batch_instance_id = :id
      and job.state <> 'abandoned'
), newest as (
    select distinct on (step_key) step_key, model, mode, terms, request
    from job
    order by step_key, id desc
), ask as (
    select distinct on (item.step_id, item.seq) job.step_key, item.state, item.input_tokens, item.output_tokens,
        job.reserved_usd / job.items as at_most_usd
    from job
    join provider_batch_item as item on item.provider_batch_id = job.id
    order by item.step_id, item.seq, job.id desc
), counted as (
    select step_key, count(*) as requests, count(*) filter (where state = 'succeeded') as accepted,
        count(input_tokens) as answered, coalesce(sum(input_tokens), 0) as input_tokens,
        coalesce(sum(output_tokens), 0) as output_tokens, sum(at_most_usd) as at_most_usd
    from ask
    group by step_key
)
select step_key, model, mode, terms, request, requests, accepted, answered, input_tokens, output_tokens, at_most_usd
from newest
join counted using (step_key)
