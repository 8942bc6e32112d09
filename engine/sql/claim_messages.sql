-- claim_messages.sql
-- Take the steps that these messages name, where they are still ready at that attempt, and due. A message that is stale,
-- or there twice, takes nothing. Locks the rows taken; skips those others are taking.
with named as (
    select step.id
    from unnest(cast(:ids as bigint[]), cast(:attempts as int[])) as message (id, attempt)
    join batch_step as step on step.id = message.id
    where step.attempt = message.attempt
      and step.state = 'ready'
      and step.run_after <= clock_now()
    order by step.id
    for no key update of step skip locked
)
update batch_step as step
set state = 'running',
    attempt = step.attempt + case when step.reason like 'snoozed:%' then 0 else 1 end,
    reason = null,
    published_at = null,
    leased_by = :worker,
    lease_expires_at = clock_now() + :lease,
    started_at = clock_now(),
    progress = null
from named
where step.id = named.id
returning step.id, step.batch_instance_id, step.step_key, step.shard, step.attempt, step.snoozes, step.failures,
    step.shard_input, (select version from batch_instance where batch_instance.id = step.batch_instance_id),
    step.cancel_requested_at is not null
