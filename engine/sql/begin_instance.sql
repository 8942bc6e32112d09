-- begin_instance.sql
-- Start a definition for somebody outside; returns the id and whether it is new. Locks the new row.
-- An instance that has the key already is found by start_instance; what was there before says which of the two it was.
with earlier as (
    select instance.id
    from batch_instance as instance
    join batch_definition as definition on definition.id = instance.definition_id
    where definition.name = :name
      and instance.idempotency_key = :key
)
select started.id, not exists (select from earlier where earlier.id = started.id)
from start_instance(:name, :params, :key, 'http') as started (id)
