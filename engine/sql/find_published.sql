-- find_published.sql
-- The ready steps whose message has been sent, and how many seconds ago, the oldest first. Locks nothing.
select id, attempt, priority, runner, extract(epoch from clock_now() - published_at)
from batch_step
where state = 'ready'
  and published_at is not null
order by published_at, id
