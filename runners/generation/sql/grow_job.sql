-- The job has more requests, and more money is reserved for it.
update provider_batch
set items = items + :items,
    bytes = bytes + :bytes,
    tokens = tokens + :tokens,
    reserved_usd = reserved_usd + :usd
where id = :job_id
  and state = 'planned'
