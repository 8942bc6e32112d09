-- What was paid for, as it came, charged to its job at once. The first answer to a request stays and is charged once,
-- however often it is taken in, and also where nobody waits for it any more.
with kept as (
    insert into provider_answer
        (request_hash, provider, model, mode, provider_batch_id, raw, answer, finish, input_tokens, output_tokens,
         cost_usd, is_simulated)
    select request_hash, :provider, :model, :mode, :job_id, cast(raw as jsonb), answer, finish, input_tokens,
           output_tokens, cost_usd, :is_simulated
    from unnest(
        cast(:hashes as text[]), cast(:raws as text[]), cast(:answers as text[]), cast(:finishes as text[]),
        cast(:inputs as int[]), cast(:outputs as int[]), cast(:costs as numeric[])
    ) as bought (request_hash, raw, answer, finish, input_tokens, output_tokens, cost_usd)
    on conflict (request_hash) do nothing
    returning input_tokens, output_tokens, cost_usd
)
update provider_batch
set cost_usd = provider_batch.cost_usd + charge.cost_usd,
    input_tokens = provider_batch.input_tokens + charge.input_tokens,
    output_tokens = provider_batch.output_tokens + charge.output_tokens
from (
    select sum(cost_usd) as cost_usd, sum(input_tokens) as input_tokens, sum(output_tokens) as output_tokens
    from kept
) as charge
where provider_batch.id = :job_id
  and charge.cost_usd is not null
