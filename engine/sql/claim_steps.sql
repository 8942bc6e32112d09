-- claim_steps.sql
-- Take up to :room due steps for this worker, most urgent first. Locks the rows taken; skips those others are taking.
-- :runners, if not null, are those that this worker has. array_position keeps the planner to the order of the ready ones.
with due as (
    select id
    from batch_step
    where state = 'ready'
      and run_after <= clock_now()
      and (cast(:runners as text[]) is null or array_position(:runners, runner) is not null)
    order by priority desc, run_after, id
    limit :room
    for no key update skip locked
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
from due
where step.id = due.id
returning step.id, step.batch_instance_id, step.step_key, step.shard, step.attempt, step.snoozes, step.failures,
    step.shard_input, (select version from batch_instance where batch_instance.id = step.batch_instance_id),
    step.cancel_requested_at is not null
