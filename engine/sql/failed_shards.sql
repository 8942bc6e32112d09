-- failed_shards.sql
-- The shards that failed, of one step or of all, each with the first inputs that it was given. Locks nothing.
select step.step_key, step.shard, step.attempt, step.error,
    coalesce(listed.input, held.input, '[]') as input
from batch_step as step
cross join lateral (
    select jsonb_agg(value order by place) as input
    from jsonb_array_elements(step.shard_input -> 'values') with ordinality as element(value, place)
    where place <= :inputs
) as listed
cross join lateral (
    select jsonb_agg(item.payload order by place, item.seq) as input
    from jsonb_array_elements(step.shard_input -> 'ranges') with ordinality as element(part, place)
    join batch_item as item
        on item.step_id = cast(part ->> 0 as bigint)
        and item.seq >= cast(part ->> 1 as bigint)
        and item.seq < least(cast(part ->> 2 as bigint), cast(part ->> 1 as bigint) + :inputs)
        and item.state = 'succeeded'
) as held
where step.batch_instance_id = :instance
  and step.step_key = coalesce(cast(:step as text), step.step_key)
  and step.shard > 0
  and step.state = 'failed'
  and step.dropped_at is null
order by step.id
limit :limit
