-- load_pending_steps.sql
-- Every pending step of one instance, for a decision that runs down the graph. Locks nothing: the caller holds it.
select batch_instance_id, step_key, id, state, reason, waiting_on, parents_succeeded, parents_failed
from batch_step
where batch_instance_id = :instance
  and state = 'pending'
  and shard = 0
  and dropped_at is null
