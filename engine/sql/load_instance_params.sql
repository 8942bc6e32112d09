-- load_instance_params.sql
-- Of which definition an instance is, and with which params. Locks nothing.
select definition.name, instance.params
from batch_instance as instance
join batch_definition as definition on definition.id = instance.definition_id
where instance.id = :id
