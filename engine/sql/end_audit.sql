-- end_audit.sql
-- Say what became of a change that was begun. Locks the row.
update audit_log
set outcome = :outcome,
    before = coalesce(before, :before),
    after = :after,
    error = :error
where id = :id
  and outcome = 'begun'
