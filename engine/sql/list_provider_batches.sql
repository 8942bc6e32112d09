-- list_provider_batches.sql
-- The jobs at providers, the newest first: how old an open one is, how long a closed one took. Locks nothing.
select job.id, job.provider, job.model, job.mode, job.state, job.is_simulated, job.batch_instance_id as instance_id,
    job.step_key, job.items, job.succeeded + job.failed + job.dead as done, job.failed + job.dead as refused,
    cast(extract(epoch from coalesce(job.finished_at, clock_now()) - job.created_at) as float8) as age_seconds,
    case when job.finished_at is null then job.look_after end as next_poll_at,
    job.deadline_at, coalesce(job.finished_at is null and job.deadline_at < clock_now(), false) as is_overdue,
    job.cost_usd as spent_usd, job.reserved_usd, job.provider_job, job.provider_status, job.error, job.created_at,
    job.finished_at
from provider_batch as job
where job.id < :before
  and (not :open or job.state not in ('ingested', 'abandoned'))
  and (cast(:instance as bigint) is null or job.batch_instance_id = cast(:instance as bigint))
order by job.id desc
limit :limit
