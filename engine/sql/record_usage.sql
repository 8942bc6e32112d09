-- record_usage.sql
-- Count what succeeded instances have picked, once. The caller holds the instances.
with counted as (
    delete from batch_usage_claim as claim
    using batch_step as step
    where claim.step_id = step.id
      and step.batch_instance_id = any(:instances)
      and step.state = 'succeeded'
    returning claim.pool, claim.item_key
)
insert into batch_usage as usage (pool, item_key, uses, last_used_at)
select pool, item_key, count(*), clock_now()
from counted
group by pool, item_key
order by pool, item_key
on conflict (pool, item_key) do update
set uses = usage.uses + excluded.uses,
    last_used_at = excluded.last_used_at
