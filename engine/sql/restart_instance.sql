-- restart_instance.sql
-- A failed or cancelled instance runs again, with this version and these params. The caller holds the row.
update batch_instance
set status = 'running',
    version = :version,
    params = :params,
    open_steps = :open_steps,
    failed_steps = 0,
    error = null,
    finished_at = null,
    cancel_requested_at = null,
    retry_requested_at = null,
    retry_version = null
where id = :id
