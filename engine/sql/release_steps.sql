-- release_steps.sql
-- Report successes whose children wait for nobody else, and release these children: what a turn does most often, in one
-- statement. A report whose attempt is no longer ours, or of whose children one is not as expected, changes nothing, and is
-- left to the longer way. Locks the step rows. The caller holds their instances.
-- Each row is looked up by its key: lateral, limit and "% 1 = 0" (always true) keep the planner to it.
with report as (
    select *
    from unnest(
        cast(:ids as bigint[]), cast(:attempts as int[]), cast(:snoozes as int[]), cast(:results as jsonb[]),
        cast(:children as int[])
    ) as r (id, attempt, snoozes, result, children)
    where r.id % 1 = 0
    order by r.id
), child as (
    select edge.parent_id, step.id
    from unnest(cast(:parents as bigint[]), cast(:instances as bigint[]), cast(:keys as text[]))
        as edge (parent_id, instance, key)
    cross join lateral (
        select id
        from batch_step
        where batch_instance_id = edge.instance
          and step_key = edge.key
          and shard = 0
          and dropped_at is null
          and state = 'pending'
          and waiting_on = 1
        limit 1
    ) as step
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
      and report.children = (select count(*) from child where child.parent_id = report.id)
    returning step.id, step.batch_instance_id, step.step_key, step.shard, step.attempt, step.started_at, report.result
), saved as (
    insert into batch_step_result
        (batch_instance_id, step_key, shard, attempt, result_payload, worker, started_at, finished_at)
    select batch_instance_id, step_key, shard, attempt, result, :worker, started_at, clock_now()
    from reported
), released as (
    update batch_step as step
    set state = 'ready',
        waiting_on = 0,
        parents_succeeded = 1
    from child
    join reported on reported.id = child.parent_id
    where step.id = child.id
      and child.id % 1 = 0
), counted as (
    update batch_instance as instance
    set open_steps = instance.open_steps - part.ended
    from (select batch_instance_id, cast(count(*) as int) as ended from reported group by batch_instance_id) as part
    where instance.id = part.batch_instance_id
)
select id from reported
