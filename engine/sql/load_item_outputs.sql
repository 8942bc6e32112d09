-- load_item_outputs.sql
-- The item sets that finished steps (or their shards) have made, with their columns. Locks nothing.
-- The row of a parallel step itself adds no items, but says that there are none where it had no shards.
select step.step_key, step.id, coalesce(result.result_payload -> 'columns', '[]'),
    case when result.result_payload ? 'columns' then cast(result.result_payload ->> 'items' as bigint) else 0 end
from batch_step as step
join batch_step_result as result using (batch_instance_id, step_key, shard, attempt)
where step.batch_instance_id = :instance
  and step.step_key = any(:keys)
  and step.state = 'succeeded'
  and step.dropped_at is null
  and result.result_payload ? 'items'
order by step.step_key, step.shard
