-- An instance that would do just this and has not begun. Locks it until the transaction ends,
-- so that it begins after the questions are committed and takes them all.
select instance.id
from batch_instance as instance
join batch_definition as definition on definition.id = instance.definition_id
where definition.name = :name
  and instance.version = definition.version
  and instance.status = 'pending'
  and instance.rehearsal is null
  and instance.cancel_requested_at is null
  and instance.params = with_defaults(:params, definition.params_schema, definition.params_schema)
order by instance.id
limit 1
for no key update of instance
