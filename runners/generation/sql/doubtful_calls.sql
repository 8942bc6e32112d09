-- Live: calls that were begun and whose answer is not taken in: those whose raw answer is kept, and those in doubt.
-- :after lets a reader go on where it stopped.
select ask.ordinal, ask.sending_at,
       extract(epoch from clock_now() - ask.sending_at)::float8,
       extract(epoch from clock_now() - ask.broken_at)::float8,
       ask.lost, answer.raw, answer.answer, answer.finish, answer.input_tokens, answer.output_tokens
from provider_batch_item as ask
left join provider_answer as answer on answer.request_hash = ask.request_hash
where ask.provider_batch_id = :job_id
  and ask.state = 'open'
  and ask.sending_at is not null
  and ask.ordinal > :after
order by ask.ordinal
limit :size
