-- instance_log.sql
-- What has happened to an instance, from its rows, the oldest first: a code with its values, and the same in words.
-- Who asked for a change is told only :with_names.
-- Locks nothing.
with instance as (
    select instance.*, definition.name
    from batch_instance as instance
    join batch_definition as definition on definition.id = instance.definition_id
    where instance.id = :instance
), step as materialized (
    select *
    from batch_step
    where batch_instance_id = :instance
      and (cast(:step as text) is null or step_key = cast(:step as text))
), attempt as (
    select step.id, step.step_key, step.shard, result.attempt, result.started_at, result.finished_at,
        result.worker, left(result.error, 1000) as error, result.error ~ '^worker .* was lost: ' as is_lost,
        step.state = 'failed' and step.attempt = result.attempt as is_final
    from step
    join batch_step_result as result using (batch_instance_id, step_key, shard)
), event (at, rank, id, attempt, step_key, shard, level, event, code, facts) as (
    select created_at, 0, cast(0 as bigint), 0, cast(null as text), cast(null as int), 'info', 'instance.created', 'created',
        jsonb_build_object('instance_id', id, 'definition', name, 'trigger', trigger, 'version', version)
    from instance
    union all
    select entry.at, 1, entry.id, 0, null, null, case entry.outcome when 'done' then 'info' else 'warning' end,
        entry.action, 'asked',
        jsonb_build_object('action', entry.action, 'actor', case when :with_names then entry.actor end, 'outcome', entry.outcome)
    from instance
    join audit_log as entry
        on entry.at > instance.created_at - interval '1 minute'
       and ((entry.action like 'instance.%' and entry.subject = cast(instance.id as text))
            or entry.after ->> 'instance_id' = cast(instance.id as text))
    union all
    select started_at, 2, 0, 0, null, null, 'info', 'instance.started', 'began', jsonb_build_object('instance_id', id)
    from instance
    where started_at is not null
    union all
    select started_at, 3, id, attempt, step_key, shard, 'info', 'step.claimed', 'attempt_began',
        jsonb_build_object('attempt', attempt, 'worker', worker)
    from attempt
    union all
    select started_at, 3, id, attempt, step_key, shard, 'info', 'step.claimed', 'attempt_began',
        jsonb_build_object('attempt', attempt, 'worker', leased_by)
    from step
    where state = 'running'
    union all
    select finished_at, 4, id, attempt, step_key, shard,
        case when error is null then 'info' when is_final then 'error' else 'warning' end,
        case when error is null then 'step.succeeded' when is_lost then 'step.rescued' else 'step.failed' end,
        case when error is null then 'attempt_succeeded' else 'attempt_failed' end,
        jsonb_build_object('attempt', attempt, 'worker', worker, 'error', error)
    from attempt
    union all
    select step.finished_at, 5, step.id, step.attempt, step.step_key, step.shard,
        case step.state when 'failed' then 'error' when 'succeeded' then 'info' when 'skipped' then 'info' else 'warning' end,
        'step.' || step.state, 'step_ended',
        jsonb_build_object('state', step.state, 'reason', step.reason, 'error', left(step.error, 1000))
    from step
    where step.finished_at is not null
      and not exists (
          select from attempt
          where attempt.id = step.id and attempt.attempt = step.attempt and attempt.finished_at >= step.started_at)
    union all
    select cancel_requested_at, 6, 0, 0, null, null, 'warning', 'instance.cancel_requested', 'cancel_asked',
        jsonb_build_object('instance_id', id)
    from instance
    where cancel_requested_at is not null
    union all
    select finished_at, 7, 0, 0, null, null, case status when 'succeeded' then 'info' else 'error' end,
        'instance.' || status, 'ended', jsonb_build_object('instance_id', id, 'status', status, 'error', left(error, 1000))
    from instance
    where finished_at is not null
    union all
    select alert.created_at, 8, alert.id, 0, null, null, case alert.state when 'given_up' then 'warning' else 'info' end,
        'alert.' || alert.event, 'alert',
        jsonb_build_object('alert', alert.event, 'webhook', webhook.name, 'delivery', alert.state)
    from instance
    join alert_delivery as alert
        on alert.created_at >= instance.created_at
       and alert.payload -> 'data' ->> 'instance_id' = cast(instance.id as text)
    join alert_webhook as webhook on webhook.id = alert.webhook_id
), shown as (
    select *, format('Step "%s"%s', step_key, case when shard > 0 then format(', shard %s,', shard) end) as label
    from event
    where (at, rank, id, attempt) > (
            cast(:after_at as timestamptz), cast(:after_rank as int), cast(:after_id as bigint), cast(:after_attempt as int))
      and (cast(:step as text) is null or step_key is not null)
    order by at, rank, id, attempt
    limit :limit
)
select at, rank, id, attempt, step_key, shard, level, event, code,
    jsonb_strip_nulls(facts || jsonb_build_object('step_key', step_key, 'shard', nullif(shard, 0))) as values,
    case code
        when 'created' then format('Instance %s of "%s" was asked for (%s), version %s.',
            facts ->> 'instance_id', facts ->> 'definition', facts ->> 'trigger', facts ->> 'version')
        when 'asked' then format('%s over HTTP%s: %s.', facts ->> 'action', ' by ' || (facts ->> 'actor'), facts ->> 'outcome')
        when 'began' then format('Instance %s began.', facts ->> 'instance_id')
        when 'attempt_began' then format('%s began attempt %s at %s.', label, attempt, facts ->> 'worker')
        when 'attempt_succeeded' then format('%s succeeded at attempt %s.', label, attempt)
        when 'attempt_failed' then format('%s failed at attempt %s at %s: %s', label, attempt, facts ->> 'worker', facts ->> 'error')
        when 'step_ended' then format('%s is %s%s%s.', label, replace(facts ->> 'state', '_', ' '),
            ' (' || (facts ->> 'reason') || ')', ': ' || (facts ->> 'error'))
        when 'cancel_asked' then format('Cancelling instance %s was asked for.', facts ->> 'instance_id')
        when 'ended' then format('Instance %s has %s%s%s.', facts ->> 'instance_id',
            case facts ->> 'status' when 'cancelled' then 'been ' end, facts ->> 'status', ': ' || (facts ->> 'error'))
        when 'alert' then format('The alert "%s" for %s is %s.',
            facts ->> 'alert', facts ->> 'webhook', replace(facts ->> 'delivery', '_', ' '))
    end as words
from shown
order by at, rank, id, attempt
