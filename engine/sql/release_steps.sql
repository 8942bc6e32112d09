-- release_steps.sql
-- Report successes whose children are sure to wait on or to run, tell the children, and run at once those that this worker
-- has room for: what a turn does most often, in one statement. A report whose attempt is no longer ours, or of whose
-- children one is not as expected, changes nothing, and is left to the longer way. Answers the reported steps, with no
-- instance, and the attempts that are now ours. Locks the step rows. The caller holds their instances.
-- Each row is looked up by its key: lateral, limit and "% 1 = 0" (always true) keep the planner to it. Children are found
-- by their place in arrays, for a join would compare each with each.
with report as (
    select id, attempt, snoozes, result, cast(places as int[]) as places
    from unnest(
        cast(:ids as bigint[]), cast(:attempts as int[]), cast(:snoozes as int[]), cast(:results as jsonb[]),
        cast(:places as text[])
    ) as r (id, attempt, snoozes, result, places)
    where r.id % 1 = 0
    order by r.id
), child as (
    select
        array_agg(coalesce(step.id, 0) order by place) as ids,
        array_agg(coalesce(step.waiting_on, 0) order by place) as waiting_on,
        array_agg(coalesce(runs and step.is_due, false) order by place) as runs
    from unnest(
        cast(:instances as bigint[]), cast(:keys as text[]), cast(:totals as int[]), cast(:ending as int[]),
        cast(:runs as boolean[])
    ) with ordinality as wanted (instance, key, total, ending, runs, place)
    left join lateral (
        select id, waiting_on, run_after <= clock_now() as is_due
        from batch_step
        where batch_instance_id = wanted.instance
          and step_key = wanted.key
          and shard = 0
          and dropped_at is null
          and state = 'pending'
          and waiting_on >= wanted.ending
          and parents_succeeded + waiting_on = wanted.total
          and parents_failed = 0
        limit 1
    ) as step on true
), reported as (
    update batch_step as step
    set state = 'succeeded',
        reason = null,
        error = null,
        finished_at = clock_now(),
        leased_by = null,
        lease_expires_at = null
    from report
    where step.id = report.id
      and step.attempt = report.attempt
      and step.snoozes = report.snoozes
      and step.leased_by = :worker
      and (select bool_and((select ids from child)[place] > 0) from unnest(report.places) as place)
    returning step.id, step.batch_instance_id, step.step_key, step.shard, step.attempt, step.snoozes, step.started_at,
        step.finished_at, report.result, report.places
), saved as (
    insert into batch_step_result
        (batch_instance_id, step_key, shard, attempt, result_payload, worker, started_at, finished_at)
    select batch_instance_id, step_key, shard, attempt, result, :worker, started_at, finished_at
    from reported
), told as (
    select
        (select ids from child)[place] as id,
        cast(count(*) as int) as ended,
        case
            when (select waiting_on from child)[place] > count(*) then 'pending'
            when (select runs from child)[place] then 'running'
            else 'ready'
        end as state
    from reported
    cross join lateral unnest(reported.places) as place
    group by place
), released as (
    update batch_step as step
    set state = told.state,
        waiting_on = step.waiting_on - told.ended,
        parents_succeeded = step.parents_succeeded + told.ended,
        attempt = step.attempt + cast(told.state = 'running' as int),
        leased_by = case when told.state = 'running' then :worker end,
        lease_expires_at = case when told.state = 'running' then clock_now() + :lease end,
        started_at = case when told.state = 'running' then clock_now() else step.started_at end,
        progress = case when told.state <> 'running' then step.progress end
    from told
    where step.id = told.id
      and told.id % 1 = 0
    returning step.id, step.batch_instance_id, step.step_key, step.shard, step.attempt, step.snoozes, step.failures,
        step.shard_input, step.cancel_requested_at is not null as cancel_requested, told.state
), counted as (
    update batch_instance as instance
    set open_steps = instance.open_steps - part.ended
    from (select batch_instance_id, cast(count(*) as int) as ended from reported group by batch_instance_id) as part
    where instance.id = part.batch_instance_id
)
select id, null, null, null, attempt, snoozes, null, null, null, null
from reported
union all
select id, batch_instance_id, step_key, shard, attempt, snoozes, failures, shard_input,
    (select version from batch_instance where batch_instance.id = released.batch_instance_id), cancel_requested
from released
where state = 'running'
