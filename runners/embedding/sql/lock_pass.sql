-- lock_pass.sql
-- The pass over a stream; an empty one is written where there is none, so that two beginners meet. Locks its row.
with made as (
    insert into stream_checkpoint (stream, position)
    values (:stream, 'null')
    on conflict (stream) do update set stream = excluded.stream
    returning position
)
select nullif(position, 'null') from made
