-- What a look at a job has shown, and when to look again.
update provider_batch
set provider_job = coalesce(:provider_job, provider_job),
    provider_status = coalesce(:provider_status, provider_status),
    raw_status = coalesce(:raw_status, raw_status),
    looks = looks + :looks,
    ended_at = case when :has_ended then coalesce(ended_at, clock_now()) else ended_at end,
    cancelled_at = case when :cancelled then coalesce(cancelled_at, clock_now()) else cancelled_at end,
    duplicates = duplicates || :duplicates,
    error = :error,
    look_after = clock_now() + :wait
where id = :job_id
  and state = :seen
returning id
