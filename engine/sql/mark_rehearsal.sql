-- mark_rehearsal.sql
-- Make an instance a rehearsal in the transaction that makes it: no other process has seen it yet. Locks it.
update batch_instance
set rehearsal = :rehearsal
where id = :id
  and status = 'pending'
