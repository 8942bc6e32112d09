-- refuse_retry.sql
-- A requested retry that cannot be done is answered with the reason; the instance stays as it was.
update batch_instance
set retry_requested_at = null,
    retry_version = null,
    error = :error
where id = :id
  and retry_requested_at is not null
