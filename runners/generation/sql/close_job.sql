-- The books of a job: every request sent has succeeded, failed or is dead; the database checks the sums.
update provider_batch as job
set state = 'ingested',
    succeeded = counted.succeeded,
    failed = counted.failed,
    dead = counted.dead,
    finished_at = clock_now()
from (
    select count(*) filter (where state = 'succeeded') as succeeded,
           count(*) filter (where state = 'failed') as failed,
           count(*) filter (where state = 'dead') as dead
    from provider_batch_item
    where provider_batch_id = :job_id
) as counted
where job.id = :job_id
  and job.state = :seen
returning job.succeeded, job.failed, job.dead
