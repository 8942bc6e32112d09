-- instance_step_keys.sql
-- The keys of an instance's steps, those that its version has first, and those that a retry has dropped. Locks nothing.
with defined as (
    select step ->> 'key' as key, place
    from batch_instance as instance
    join batch_definition_version as version using (definition_id, version)
    cross join jsonb_array_elements(version.content -> 'steps') with ordinality as listed(step, place)
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
