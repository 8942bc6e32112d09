-- report_steps.sql
-- Write what became of attempts that this worker holds, with their results; a late report matches nothing.
-- What goes on later although a cancel was asked for is due at once: its next claim cancels it.
-- Locks the step rows, by id as renewals do. The caller holds their instances.
-- leased_by says that it is running (leased_iff_running); naming the state would draw the planner to the lease index.
-- "% 1 = 0" is always true; it makes the planner expect one row, and so look each row up by its key for good.
with report as (
    select *
    from json_to_recordset(cast(:reports as json)) as r (
        id bigint, attempt int, snoozes int, state text, reason text, error text, result jsonb, delay interval, snooze int,
        failure int)
    where r.id % 1 = 0
    order by r.id
), reported as (
    update batch_step as step
    set state = report.state,
        reason = report.reason,
        error = report.error,
        failures = step.failures + report.failure,
        snoozes = step.snoozes + report.snooze,
        run_after = case
            when report.state <> 'ready' then step.run_after
            when step.cancel_requested_at is not null then clock_now()
            else clock_now() + report.delay
        end,
        finished_at = case when report.state = 'ready' then null else clock_now() end,
        leased_by = null,
        lease_expires_at = null
    from report
    where step.id = report.id
      and step.attempt = report.attempt
      and step.snoozes = report.snoozes
      and step.leased_by = :worker
    returning step.id, step.batch_instance_id, step.step_key, step.shard, step.attempt, step.started_at, report.result,
        report.error, report.snooze
), saved as (
    insert into batch_step_result
        (batch_instance_id, step_key, shard, attempt, result_payload, error, worker, started_at, finished_at)
    select batch_instance_id, step_key, shard, attempt, result, error, :worker, started_at, clock_now()
    from reported
    where snooze = 0
)
select id from reported
