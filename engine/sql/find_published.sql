-- find_published.sql
-- The ready steps whose message has been sent, and when, the oldest first. Locks nothing.
select id, attempt, priority, runner, published_at
from batch_step
where state = 'ready'
  and published_at is not null
order by published_at, id
