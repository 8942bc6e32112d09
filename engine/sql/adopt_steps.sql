-- adopt_steps.sql
-- The attempts that the table says are ours and that we do not know of: claimed in a turn whose answer was lost.
select id, batch_instance_id, step_key, shard, attempt, snoozes, failures, shard_input,
    (select version from batch_instance where batch_instance.id = batch_instance_id), cancel_requested_at is not null
from batch_step
where state = 'running'
  and leased_by = :worker
  and id <> all(:held)
