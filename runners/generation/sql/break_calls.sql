-- Live: these calls have ended without an answer. From now on it is known that nobody waits for them any more.
update provider_batch_item
set broken_at = clock_now()
where provider_batch_id = :job_id
  and state = 'open'
  and sending_at is not null
  and ordinal = any(cast(:ordinals as int[]))
