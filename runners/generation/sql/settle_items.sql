-- What became of items; one that is settled already stays as it is. Without a new answer the last one's error stays: the
-- model has to be told it again.
update batch_item as item
set state = done.state,
    payload = coalesce(cast(done.payload as jsonb), item.payload),
    error = case when done.state = 'pending' and done.tries = 0 then item.error else done.error end,
    attempts = item.attempts + done.tries,
    tokens = coalesce(item.tokens, 0) + done.tokens,
    cost_usd = coalesce(item.cost_usd, 0) + done.cost_usd
from unnest(
    cast(:seqs as bigint[]), cast(:states as text[]), cast(:payloads as text[]), cast(:errors as text[]),
    cast(:tries as int[]), cast(:tokens as bigint[]), cast(:costs as numeric[])
) as done (seq, state, payload, error, tries, tokens, cost_usd)
where item.step_id = :step_id
  and item.seq = done.seq
  and item.state = 'pending'
