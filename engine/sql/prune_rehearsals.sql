-- prune_rehearsals.sql
-- Delete rehearsals that ended a day ago, with the books and answers of what was only simulated; not those that a live
-- rehearsal reads from. Locks them; skips what others lock.
with old as (
    select id
    from batch_instance
    where rehearsal is not null
      and finished_at < clock_now() - interval '1 day'
      and retry_requested_at is null
      and not exists (
          select from batch_instance as live
          where live.status in ('pending', 'running') and live.rehearsal ->> 'using' = batch_instance.id::text)
    order by finished_at
    limit :limit
    for update skip locked
), job as (
    delete from provider_batch
    using old
    where provider_batch.batch_instance_id = old.id
    returning provider_batch.id
), answer as (
    delete from provider_answer
    using job, provider_batch_item as ask
    where ask.provider_batch_id = job.id
      and provider_answer.request_hash = ask.request_hash
      and provider_answer.is_simulated
)
delete from batch_instance as instance
using old
where instance.id = old.id
returning instance.id
