-- summarise_shards.sql
-- What the shards of a parallel step have come to. Locks nothing: they are terminal.
select count(*),
    count(*) filter (where step.state = 'succeeded'),
    count(*) filter (where step.state <> 'succeeded'),
    cast(coalesce(sum(cast(result.result_payload ->> 'items' as bigint)), 0) as bigint),
    cast(coalesce(sum(cast(result.result_payload ->> 'failed' as bigint)), 0) as bigint),
    (array_agg(step.error order by step.shard) filter (where step.state = 'failed'))[1]
from batch_step as step
left join batch_step_result as result using (batch_instance_id, step_key, shard, attempt)
where step.batch_instance_id = :instance
  and step.step_key = :key
  and step.shard > 0
