-- Requests of a job. One that is open somewhere already is not asked twice: it is left out, and waits for that answer.
-- By hash, so that two steps with the same requests wait for each other in one order.
insert into provider_batch_item (provider_batch_id, ordinal, step_id, seq, try, request_hash, prompt)
select :job_id, ordinal, :step_id, seq, try, request_hash, prompt
from unnest(
    cast(:ordinals as int[]), cast(:seqs as bigint[]), cast(:tries as int[]), cast(:hashes as text[]),
    cast(:prompts as text[])
) as ask (ordinal, seq, try, request_hash, prompt)
order by request_hash
on conflict (request_hash) where state = 'open' do nothing
returning ordinal
