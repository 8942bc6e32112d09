-- A job that was never accepted: its reservation is free again, and its requests can be asked by another.
update provider_batch
set state = 'abandoned',
    error = coalesce(:error, error),
    reserved_usd = 0,
    finished_at = clock_now()
where id = :job_id
  and state = :seen
returning id
