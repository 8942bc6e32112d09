-- load_results.sql
-- The results of finished steps, for conditions and templates. Locks nothing.
select step.batch_instance_id, step.step_key, result.result_payload
from batch_step as step
join batch_step_result as result using (batch_instance_id, step_key, shard, attempt)
where step.batch_instance_id = :instance
  and step.step_key = any(:keys)
  and step.shard = 0
  and step.state = 'succeeded'
  and step.dropped_at is null
