-- timeline.sql
-- Every attempt of the steps of an instance, or of the shards of one of them, and what each does now: by step and attempt.
-- Could have begun when the last parent or the attempt before had ended, a shard when it was made. Locks nothing.
with instance as (
    select * from batch_instance where id = :instance
), step as materialized (
    select *
    from batch_step
    where batch_instance_id = :instance
      and dropped_at is null
      and ((cast(:shards_of as text) is null and shard = 0) or (step_key = cast(:shards_of as text) and shard > 0))
      and id >= :after_step
    order by id
    limit :limit + 1  -- :after_step may have no row left
), released as (
    select child.key, max(parent.finished_at) as at
    from batch_instance as instance
    cross join jsonb_array_elements(instance_content(instance) -> 'steps') as steps (one)
    cross join jsonb_array_elements_text(one -> 'nextSteps') as child (key)
    join batch_step as parent
        on parent.batch_instance_id = instance.id and parent.step_key = one ->> 'key' and parent.shard = 0
    where instance.id = :instance
      and child.key in (select step_key from step)
    group by child.key
), attempt as (
    select step.id, result.attempt, 0 as is_now,
        case when is_last then step.state when result.error is null then 'succeeded' else 'failed' end as state,
        case when is_last then step.reason end as reason,
        lag(result.finished_at) over (partition by step.id order by result.attempt) as after_at,
        result.started_at, result.finished_at, cast(null as timestamptz) as due_at, result.worker, result.error
    from step
    join batch_step_result as result using (batch_instance_id, step_key, shard)
    cross join lateral (
        select result.attempt = step.attempt and step.finished_at is not null and step.started_at is not null
    ) as last (is_last)
    union all
    select step.id, step.attempt + cast(step.finished_at is null and not is_begun as int), 1, step.state, step.reason,
        latest.finished_at,
        case when is_begun then step.started_at end, step.finished_at,
        case when step.state = 'ready' then step.run_after end, step.leased_by, step.error
    from step
    left join lateral (
        select result.attempt, result.finished_at
        from batch_step_result as result
        where (result.batch_instance_id, result.step_key, result.shard)
            = (step.batch_instance_id, step.step_key, step.shard)
        order by result.attempt desc
        limit 1
    ) as latest on true
    cross join lateral (
        select step.state not in ('pending', 'ready') or coalesce(step.reason, '') ~ '^(spread$|snoozed:)'
    ) as begun (is_begun)
    where step.finished_at is null
       or step.started_at is null
       or latest.attempt is distinct from step.attempt
), shards as (
    select shard.step_key, jsonb_build_object(
        'total', count(*), 'done', count(shard.finished_at), 'failed', count(*) filter (where shard.state = 'failed'),
        'started_at', min(shard.started_at), 'finished_at', max(shard.finished_at)) as told
    from batch_step as shard
    where shard.batch_instance_id = :instance
      and shard.shard > 0
      and shard.dropped_at is null
      and cast(:shards_of as text) is null
      and shard.step_key in (select step_key from step)
    group by shard.step_key
)
select attempt.id, step.step_key, step.shard, attempt.attempt, attempt.is_now, attempt.state, attempt.reason,
    case
        when attempt.state = 'pending' and attempt.started_at is null then null
        when step.shard > 0 then greatest(step.created_at, attempt.after_at)
        else least(attempt.started_at, greatest(coalesce(released.at, instance.started_at), attempt.after_at))
    end as queued_at,
    attempt.due_at, attempt.started_at, attempt.finished_at, attempt.worker, attempt.error,
    case when attempt.attempt >= step.attempt then shards.told end as shards
from attempt
join step using (id)
cross join instance
left join released on released.key = step.step_key
left join shards on shards.step_key = step.step_key
where (attempt.id, attempt.attempt, attempt.is_now)
    > (cast(:after_step as bigint), cast(:after_attempt as int), cast(:after_now as int))
order by attempt.id, attempt.attempt, attempt.is_now
limit :limit
