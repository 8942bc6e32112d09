-- rehearsed_examples.sql
-- The first requests of each step of a rehearsal, whole, with the answers that were made up: two of each shard, of the
-- first two shards. Locks nothing.
select step.step_key, ask.system, ask.prompt, known.answer, ask.error
from batch_step as step
join generation on generation.step_id = step.id
cross join lateral (
    select distinct on (item.seq) item.seq, item.request_hash, item.prompt, item.error, job.request ->> 'system' as system
    from provider_batch_item as item
    join provider_batch as job on job.id = item.provider_batch_id and job.build = generation.build
    where item.step_id = step.id
    order by item.seq, job.id desc
    limit 2) as ask
left join provider_answer as known using (request_hash)
where step.batch_instance_id = :id
  and step.dropped_at is null
  and step.shard <= 2
order by step.id, ask.seq
