-- What was paid for, as it came. The first answer to a request stays.
insert into provider_answer
    (request_hash, provider, model, mode, provider_batch_id, raw, answer, finish, input_tokens, output_tokens, cost_usd,
     is_simulated)
select request_hash, :provider, :model, :mode, :job_id, cast(raw as jsonb), answer, finish, input_tokens, output_tokens,
       cost_usd, :is_simulated
from unnest(
    cast(:hashes as text[]), cast(:raws as text[]), cast(:answers as text[]), cast(:finishes as text[]),
    cast(:inputs as int[]), cast(:outputs as int[]), cast(:costs as numeric[])
) as bought (request_hash, raw, answer, finish, input_tokens, output_tokens, cost_usd)
on conflict (request_hash) do nothing
