-- lock_part.sql
-- Where a walker of a pass stands, which nobody else moves until the transaction ends; and whether its commit waits for
-- the disk. Locks the checkpoint.
select position, set_config('synchronous_commit', coalesce(:commit, current_setting('synchronous_commit')), true)
from stream_checkpoint
where stream = :stream
for update
