-- find_expired.sql
-- Steps whose worker has not renewed in time. Locks nothing: rescue_steps.sql decides again under the lock.
select id, batch_instance_id
from batch_step
where state = 'running'
  and lease_expires_at < clock_now()
order by lease_expires_at
limit 500
