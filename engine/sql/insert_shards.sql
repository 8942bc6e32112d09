-- insert_shards.sql
-- Spread a parallel step: one row for each chunk, the first ones ready. The caller holds the instance.
insert into batch_step (batch_instance_id, step_key, runner, shard, state, attempt, priority, shard_input)
select :instance, :key, :runner, part.n, case when part.n <= :ready then 'ready' else 'pending' end,
    coalesce((select max(attempt) from batch_step_result as earlier
              where earlier.batch_instance_id = :instance and earlier.step_key = :key and earlier.shard = part.n), 0),
    :priority, part.value
from jsonb_array_elements(:inputs) with ordinality as part (value, n)
