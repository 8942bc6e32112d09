-- delete_shards.sql
-- The shards of parallel steps whose input or work changes, with their items. The caller holds the instance.
delete from batch_step
where batch_instance_id = :instance
  and step_key = any(:keys)
  and shard > 0
