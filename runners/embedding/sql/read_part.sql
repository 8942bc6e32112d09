-- read_part.sql
-- Where a walker of a pass stands. Locks nothing.
select position
from stream_checkpoint
where stream = :stream
