-- report_steps.sql
-- Write what became of attempts that this worker holds, with their results; a late report matches nothing. Answers which
-- attempts they were: of a step that was lost and claimed again, the late report may come with the right one.
-- What goes on later although a cancel was asked for is due at once: its next claim cancels it.
-- Locks the step rows, by id as renewals do. The caller holds their instances.
-- leased_by says that it is running (leased_iff_running); naming the state would draw the planner to the lease index.
-- "% 1 = 0" is always true; it makes the planner expect one row, and so look each row up by its key for good.
with report as (
    select *
    from unnest(
        cast(:ids as bigint[]), cast(:attempts as int[]), cast(:snoozes as int[]), cast(:states as text[]),
        cast(:reasons as text[]), cast(:errors as text[]), cast(:results as jsonb[]), cast(:delays as float[]),
        cast(:is_snooze as boolean[])
    ) as r (id, attempt, snoozes, state, reason, error, result, delay, is_snooze)
    where r.id % 1 = 0
    order by r.id
), reported as (
    update batch_step as step
    set state = report.state,
        reason = report.reason,
        error = report.error,
        failures = step.failures + cast(report.state in ('failed', 'ready') and not report.is_snooze as int),
        snoozes = step.snoozes + cast(report.is_snooze as int),
        losses = case when report.is_snooze then 0 else step.losses end,
        run_after = case
            when report.state <> 'ready' then step.run_after
            when step.cancel_requested_at is not null then clock_now()
            else clock_now() + make_interval(secs => report.delay)
        end,
        finished_at = case when report.state = 'ready' then null else clock_now() end,
        leased_by = null,
        lease_expires_at = null
    from report
    where step.id = report.id
      and step.attempt = report.attempt
      and step.snoozes = report.snoozes
      and step.leased_by = :worker
    returning step.id, step.batch_instance_id, step.step_key, step.shard, step.attempt, report.snoozes, step.started_at,
        report.result, report.error, report.is_snooze
), saved as (
    insert into batch_step_result
        (batch_instance_id, step_key, shard, attempt, result_payload, error, worker, started_at, finished_at)
    select batch_instance_id, step_key, shard, attempt, result, error, :worker, started_at, clock_now()
    from reported
    where not is_snooze
)
select id, attempt, snoozes from reported
