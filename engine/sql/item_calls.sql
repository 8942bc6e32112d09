-- item_calls.sql
-- What providers were asked for an item, the last of it, with the answers as they came. Locks nothing.
select job.provider, job.model, job.mode, job.is_simulated, ask.try + 1 as try, ask.state, job.request ->> 'system' as system,
    ask.prompt, job.request -> 'response_schema' as response_schema, answer.answer as raw_answer, answer.finish,
    ask.reason, ask.error as problem, ask.input_tokens, ask.output_tokens, ask.cost_usd,
    coalesce(ask.sending_at, job.submitted_at, job.created_at) as asked_at, answer.answered_at
from provider_batch_item as ask
join provider_batch as job on job.id = ask.provider_batch_id
left join provider_answer as answer using (request_hash)
where ask.step_id = :step_id
  and ask.seq = :seq
order by job.id desc, ask.ordinal desc
limit :limit
