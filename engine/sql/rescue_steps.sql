-- rescue_steps.sql
-- Take expired attempts back: ready again, failed when lost too often, cancelled when that was asked for.
-- Locks the step rows. The caller holds their instances.
with expired as (
    select id, leased_by as worker, lease_expires_at,
        case
            when cancel_requested_at is not null then 'cancelled'
            when losses + 1 >= :max_losses then 'failed'
            else 'ready'
        end as next_state
    from batch_step
    where id = any(:ids)
      and state = 'running'
      and lease_expires_at < clock_now()
    order by id
    for no key update
), rescued as (
    update batch_step as step
    set state = next_state,
        reason = case next_state when 'ready' then 'lease_expired' when 'failed' then 'lost_worker' else 'cancelled' end,
        error = format('worker %s was lost: its lease ran out at %s', worker, to_the_second(expired.lease_expires_at)),
        losses = losses + 1,
        run_after = clock_now(),
        finished_at = case when next_state = 'ready' then null else clock_now() end,
        leased_by = null,
        lease_expires_at = null
    from expired
    where step.id = expired.id
    returning step.*, worker
), saved as (
    insert into batch_step_result
        (batch_instance_id, step_key, shard, attempt, error, worker, started_at, finished_at)
    select batch_instance_id, step_key, shard, attempt, error, worker, started_at, clock_now()
    from rescued
)
select id, batch_instance_id, step_key, shard, attempt, state, worker
from rescued
