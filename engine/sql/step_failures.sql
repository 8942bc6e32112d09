-- step_failures.sql
-- Why items of a step and its shards failed, by what their errors have in common, the commonest first, each with its first
-- item and why a provider's answer to that was no use. Of the first :most that failed. Locks nothing.
with failed as (
    select step.id as step_id, step.shard, item.seq, item.error
    from batch_step as step
    join batch_item as item on item.step_id = step.id
    where step.batch_instance_id = :instance
      and step.step_key = :key
      and item.state in ('failed', 'dead')
    limit :most
), shared as (
    select fold_error(error) as reason, count(*) as items, min(array[shard, seq]) as place
    from failed
    group by 1
    order by 2 desc, 1
    limit :limit
)
select shared.reason, shared.items, example.shard as example_shard, example.seq as example_seq,
    example.error as example_error, ask.reason as class
from shared
join failed as example on example.shard = shared.place[1] and example.seq = shared.place[2]
left join lateral (
    select ask.reason
    from provider_batch_item as ask
    where ask.step_id = example.step_id
      and ask.seq = example.seq
      and ask.state in ('failed', 'dead')
    order by ask.provider_batch_id desc
    limit 1
) as ask on true
order by shared.items desc, shared.reason
