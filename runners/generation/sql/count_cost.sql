-- What the answers of a chunk cost counts against the budget at once.
update provider_batch
set cost_usd = cost_usd + :cost,
    input_tokens = input_tokens + :input_tokens,
    output_tokens = output_tokens + :output_tokens
where id = :job_id
