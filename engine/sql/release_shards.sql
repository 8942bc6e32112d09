-- release_shards.sql
-- Let the next shards of a parallel step go, as many as have ended. The caller holds the instance.
update batch_step as step
set state = 'ready'
from (
    select id
    from batch_step
    where batch_instance_id = :instance
      and step_key = :key
      and shard > 0
      and state = 'pending'
    order by shard
    limit :count
) as next
where step.id = next.id
returning step.id
