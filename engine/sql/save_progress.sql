-- save_progress.sql
-- Show how far a running attempt is; no row means that it is no longer this worker's. Locks the step row.
-- leased_by says that it is running (leased_iff_running); naming the state would draw the planner to the lease index.
update batch_step
set progress = :progress
where id = :id
  and attempt = :attempt
  and snoozes = :snoozes
  and leased_by = :worker
returning 1
