-- The janitor is done with a job for now.
update provider_batch
set kept_by = null,
    kept_until = null,
    look_after = greatest(look_after, clock_now() + :wait),
    error = coalesce(:error, error)
where id = :job_id
  and kept_by = :worker
