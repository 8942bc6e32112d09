-- A job goes on to its next state, if it is still where the decision saw it.
update provider_batch
set state = :to,
    staged_sha256 = coalesce(:staged_sha256, staged_sha256),
    provider_file = coalesce(:provider_file, provider_file),
    provider_job = coalesce(:provider_job, provider_job),
    provider_status = coalesce(:provider_status, provider_status),
    raw_status = coalesce(:raw_status, raw_status),
    outputs = coalesce(:outputs, outputs),
    error = coalesce(:error, error),
    looks = case when :to = 'submitting' and state <> 'submitting' then 0 else looks end,
    submissions = submissions + (:to = 'submitting' and state <> 'submitting')::int,
    submitting_at = case when :to = 'submitting' and state <> 'submitting' then clock_now() else submitting_at end,
    submitted_at = case when :to = 'submitted' then coalesce(submitted_at, clock_now()) else submitted_at end,
    deadline_at = case when :to = 'submitted' then clock_now() + :deadline else deadline_at end,
    look_after = clock_now() + :wait
where id = :job_id
  and state = :seen
returning id
