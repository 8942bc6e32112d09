-- What the instance may spend: its own budget, else what its definition allows now. Locks the instance, so that two of
-- its steps do not reserve the same dollar.
select coalesce(instance.budget_usd, definition.budget_usd)
from batch_instance as instance
join batch_definition as definition on definition.id = instance.definition_id
where instance.id = :instance_id
for no key update of instance
