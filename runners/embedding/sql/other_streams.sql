-- other_streams.sql
-- The other passes into a table: only those, not their parts, have an owner. Locks nothing.
select stream
from stream_checkpoint
where starts_with(stream, :prefix)
  and stream <> :stream
  and position ? 'owner'
order by stream
