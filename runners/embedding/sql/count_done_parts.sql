-- count_done_parts.sql
-- How many parts of a pass are done. The caller holds the pass.
select count(*)
from stream_checkpoint
where starts_with(stream, :stream || '#')
  and cast(position ->> 'done' as boolean)
