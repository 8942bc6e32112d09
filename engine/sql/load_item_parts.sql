-- load_item_parts.sql
-- How many item positions each (shard of a) finished step has, so that it can be cut into shards. Locks nothing.
select step.id,
    cast(result.result_payload ->> 'items' as bigint) + coalesce(cast(result.result_payload ->> 'failed' as bigint), 0)
from batch_step as step
join batch_step_result as result using (batch_instance_id, step_key, shard, attempt)
where step.batch_instance_id = :instance
  and step.step_key = :key
  and step.state = 'succeeded'
  and step.dropped_at is null
  and result.result_payload ? 'columns'
order by step.shard
