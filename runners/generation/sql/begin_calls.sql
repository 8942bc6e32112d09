-- Live: the next requests are about to be sent. Committed before the calls, so that a crash leaves them in doubt.
update provider_batch_item as ask
set sending_at = clock_now(),
    broken_at = null
where provider_batch_id = :job_id
  and ordinal in (
      select ordinal
      from provider_batch_item
      where provider_batch_id = :job_id and state = 'open' and sending_at is null
      order by ordinal
      limit :size
      for no key update)
returning ordinal, prompt, request_hash
