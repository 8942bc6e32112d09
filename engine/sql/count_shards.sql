-- count_shards.sql
-- How many shards of a parallel step there are, and how many have succeeded. The caller holds the instance.
select count(*), count(*) filter (where state = 'succeeded')
from batch_step
where batch_instance_id = :instance
  and step_key = :key
  and shard > 0
