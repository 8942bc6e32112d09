-- begin_instance.sql
-- Start a definition for somebody outside; returns the id, whether it is new, and what the definition allows to spend.
-- An instance that has the key already is found by start_instance; what was there before says which of the two it was.
-- Locks the new row.
with earlier as (
    select instance.id
    from batch_instance as instance
    join batch_definition as definition on definition.id = instance.definition_id
    where definition.name = :name
      and instance.idempotency_key = :key
)
select started.id, not exists (select from earlier where earlier.id = started.id),
    (select definition.budget_usd from batch_definition as definition where definition.name = :name)
from start_instance(:name, :params, :key, 'http', budget_usd => :budget) as started (id)
