-- Say whether this janitor still holds the job, until the commit that follows at once.
select 1
from provider_batch
where id = :job_id
  and kept_by = :worker
  and kept_until > clock_now()
for no key update
