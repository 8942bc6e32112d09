-- save_position.sql
-- Write a pass or the checkpoint of a part. Locks the row.
insert into stream_checkpoint (stream, position)
values (:stream, :position)
on conflict (stream) do update
set position = excluded.position,
    updated_at = clock_now()
