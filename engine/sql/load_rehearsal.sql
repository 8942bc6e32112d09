-- load_rehearsal.sql
-- A rehearsal as it stands, and what its definition may spend. Locks nothing.
select definition.name, instance.version, instance.status, instance.error, instance.rehearsal,
    coalesce(instance.budget_usd, definition.budget_usd)
from batch_instance as instance
join batch_definition as definition on definition.id = instance.definition_id
where instance.id = :id
  and instance.rehearsal is not null
