-- How long an attempt of this step may take, by the version of the definition that its instance keeps.
select cast(step ->> 'timeoutSeconds' as float8)
from batch_instance as instance
join batch_definition_version as edit
    on edit.definition_id = instance.definition_id and edit.version = instance.version
cross join jsonb_array_elements(edit.content -> 'steps') as step
where instance.id = :instance_id
  and step ->> 'key' = :step_key
