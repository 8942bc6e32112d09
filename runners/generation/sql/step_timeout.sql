-- How long an attempt of this step may take, by the definition as its instance runs it.
select cast(step ->> 'timeoutSeconds' as float8)
from batch_instance as instance
cross join jsonb_array_elements(instance_content(instance) -> 'steps') as step
where instance.id = :instance_id
  and step ->> 'key' = :step_key
