-- instance_step_keys.sql
-- The keys of an instance's steps, those of the definition that it runs first, and those that a retry has dropped.
-- Locks nothing.
with defined as (
    select step ->> 'key' as key, place
    from batch_instance as instance
    cross join jsonb_array_elements(instance_content(instance) -> 'steps') with ordinality as listed(step, place)
    where instance.id = :instance
)
select key from (
    select key, place from defined
    union all
    select step_key, null
    from batch_step
    where batch_instance_id = :instance and shard = 0
      and step_key not in (select key from defined)
) as known
order by place, key
