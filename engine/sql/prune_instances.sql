-- prune_instances.sql
-- Delete ended instances, oldest first, that ended before the retention; their steps, items and results go with them, and
-- what their closed jobs sent. The jobs' books and the answers that were paid for stay. Failed and cancelled ones, which
-- can be continued, are kept twice as long. Longer are kept those with a job still open at a provider, with rows of the
-- user's table still to be released, or that a live rehearsal reads from. Locks the instances; skips what others lock.
with old as (
    select id
    from batch_instance
    where finished_at < clock_now() - cast(:keep as interval)
      and (status = 'succeeded' or finished_at < clock_now() - 2 * cast(:keep as interval))
      and retry_requested_at is null
      and not exists (
          select from provider_batch as job
          where job.batch_instance_id = batch_instance.id and job.state not in ('ingested', 'abandoned'))
      and not exists (
          select from batch_step as step
          join generation on generation.step_id = step.id and generation.sink is not null
          where step.batch_instance_id = batch_instance.id)
      and not exists (
          select from batch_instance as live
          where live.status in ('pending', 'running') and live.rehearsal ->> 'using' = batch_instance.id::text)
    order by finished_at
    limit :limit
    for update skip locked
), sent as (
    delete from provider_batch_item
    using old, provider_batch as job
    where job.batch_instance_id = old.id
      and provider_batch_item.provider_batch_id = job.id
)
delete from batch_instance as instance
using old
where instance.id = old.id
returning instance.id
