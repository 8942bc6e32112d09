-- find_published.sql
-- The ready steps whose message was sent at least :age ago, the oldest first. Locks nothing.
select id, attempt, priority, runner
from batch_step
where state = 'ready'
  and published_at <= clock_now() - :age
order by published_at, id
