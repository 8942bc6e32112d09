-- latest_results.sql
-- What the last attempts of a step and its shards gave, the newest first. Locks nothing.
select step_key, shard, attempt, result_payload, error, worker, started_at, finished_at
from batch_step_result
where batch_instance_id = :instance
  and step_key = :key
order by finished_at desc, shard, attempt desc
limit :limit
