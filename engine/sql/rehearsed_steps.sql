-- rehearsed_steps.sql
-- How the steps of a rehearsal ended, their shards too where these have something to say. Locks nothing.
select step.step_key, step.shard, step.state, step.error, coalesce(result.result_payload, '{}')
from batch_step as step
left join batch_step_result as result using (batch_instance_id, step_key, shard, attempt)
where step.batch_instance_id = :id
  and step.dropped_at is null
  and (step.shard = 0 or result.result_payload ? 'rehearsal')
order by step.id
