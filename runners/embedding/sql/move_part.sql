-- move_part.sql
-- Move the checkpoint of a part, if it is where its walker has left it, and make the next generation of what was changed.
-- Locks the checkpoint, then the collection. Says whether the commit waits for the disk.
update stream_checkpoint
set position = :after,
    updated_at = clock_now()
where stream = :stream
  and position = :before
returning set_config('synchronous_commit', coalesce(:commit, current_setting('synchronous_commit')), true),
    case when cast(:collection as text) is not null then note_change(cast(:collection as text)) end
