-- The requests of a job that was never accepted.
update provider_batch_item
set state = 'unsent',
    sending_at = null,
    error = :error
where provider_batch_id = :job_id
  and state = 'open'
