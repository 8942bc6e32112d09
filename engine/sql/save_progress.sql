-- save_progress.sql
-- Show how far a running attempt is; no row means that it is no longer this worker's. Locks the step row.
update batch_step
set progress = :progress
where id = :id
  and attempt = :attempt
  and snoozes = :snoozes
  and leased_by = :worker
  and state = 'running'
returning 1
