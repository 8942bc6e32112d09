-- count_step_items.sql
-- The items of a step and its shards by state, and what they took; the first :most of them. Locks nothing.
select count(*) filter (where state = 'pending') as pending,
    count(*) filter (where state = 'succeeded') as succeeded,
    count(*) filter (where state = 'failed') as failed,
    count(*) filter (where state = 'dead') as dead,
    cast(coalesce(sum(tokens), 0) as bigint) as tokens,
    coalesce(sum(cost_usd), 0) as cost_usd,
    count(*) < :most as is_complete
from (
    select item.state, item.tokens, item.cost_usd
    from batch_step as step
    join batch_item as item on item.step_id = step.id
    where step.batch_instance_id = :instance
      and step.step_key = :key
    limit :most
) as item
