-- list_workers.sql
-- The workers that hold steps: how many, since when, until when at least, and of which runners. Locks nothing.
select leased_by as worker,
    count(*) as running,
    min(started_at) as oldest_started_at,
    min(lease_expires_at) as lease_expires_at,
    count(*) filter (where lease_expires_at < clock_now()) as overdue,
    array_agg(distinct runner order by runner) as runners
from batch_step
where state = 'running'
  and leased_by > :after
group by leased_by
order by leased_by
limit :limit
