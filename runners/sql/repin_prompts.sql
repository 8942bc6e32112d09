-- repin_prompts.sql
-- Move an instance to the newest version of each prompt that it keeps or that its definition names now; returns the keys
-- for which that is another version. Locks the rows that it changes, by key.
with used as (
    select prompt_key as key
    from batch_instance_prompt
    where batch_instance_id = :instance_id
    union
    select reference.key
    from batch_instance as instance
    join batch_definition as definition on definition.id = instance.definition_id
    cross join lateral prompt_references(definition.steps) as reference
    where instance.id = :instance_id
), moved as (
    select used.key, prompt_version_at(used.key, 'infinity') as newest
    from used
    cross join batch_instance as instance
    left join batch_instance_prompt as pin on pin.batch_instance_id = instance.id and pin.prompt_key = used.key
    where instance.id = :instance_id
      and coalesce(pin.version, prompt_version_at(used.key, instance.created_at))
          <> prompt_version_at(used.key, 'infinity')
    order by used.key
)
insert into batch_instance_prompt (batch_instance_id, prompt_key, version)
select :instance_id, key, newest
from moved
on conflict (batch_instance_id, prompt_key) do update set version = excluded.version
returning prompt_key
