-- refuse_instance.sql
-- A pending instance whose definition cannot be loaded fails with the reason. The caller holds the row.
update batch_instance
set status = 'failed',
    error = :error,
    started_at = clock_now(),
    finished_at = clock_now()
where id = :id
  and status = 'pending'
