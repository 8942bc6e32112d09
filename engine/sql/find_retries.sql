-- find_retries.sql
-- Instances whose retry was asked for in SQL. Locks nothing: the reset decides again under the lock.
select id
from batch_instance
where retry_requested_at is not null
order by id
limit 100
