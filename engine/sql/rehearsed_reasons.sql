-- rehearsed_reasons.sql
-- Why items of a rehearsal got no answer that can be used, by step, the commonest reason first. Locks nothing.
select step.step_key, coalesce(ask.reason, 'prompt'), count(*), min(item.error)
from batch_step as step
join generation on generation.step_id = step.id
join batch_item as item on item.step_id = step.id and item.state in ('failed', 'dead')
left join lateral (
    select reason
    from provider_batch_item
    where step_id = item.step_id and seq = item.seq and state in ('failed', 'dead')
    order by provider_batch_id desc
    limit 1) as ask on true
where step.batch_instance_id = :id
  and step.dropped_at is null
group by 1, 2
order by 1, 3 desc
