-- load_rehearsal.sql
-- A rehearsal as it stands, and what a run of it might spend. Locks nothing.
select definition.name, instance.version, instance.status, instance.error, instance.rehearsal,
    may_spend(instance)
from batch_instance as instance
join batch_definition as definition on definition.id = instance.definition_id
where instance.id = :id
  and instance.rehearsal is not null
