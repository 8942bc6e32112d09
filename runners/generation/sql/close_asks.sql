-- What became of requests.
update provider_batch_item as ask
set state = done.state,
    sending_at = null,
    reason = done.reason,
    error = done.error,
    input_tokens = done.input_tokens,
    output_tokens = done.output_tokens,
    cost_usd = done.cost_usd
from unnest(
    cast(:ordinals as int[]), cast(:states as text[]), cast(:reasons as text[]), cast(:errors as text[]),
    cast(:inputs as int[]), cast(:outputs as int[]), cast(:costs as numeric[])
) as done (ordinal, state, reason, error, input_tokens, output_tokens, cost_usd)
where ask.provider_batch_id = :job_id
  and ask.ordinal = done.ordinal
  and ask.state = 'open'
