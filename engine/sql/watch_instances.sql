-- watch_instances.sql
-- Live instances, and those that have ended since: written by a transaction which the last look could not see. Locks nothing.
-- A row names the transaction that wrote it; age() compares such names across their wrap-around.
select instance.id, definition.name, instance.version, instance.status, instance.open_steps, instance.failed_steps,
    instance.error, instance.cancel_requested_at is not null, instance.created_at, instance.started_at,
    instance.finished_at
from batch_instance as instance
join batch_definition as definition on definition.id = instance.definition_id
where (instance.status in ('pending', 'running')
    or instance.finished_at >= :ended_from
        and (cast(:since as text) is null or age(instance.xmin) <= age(cast(cast(:since as text) as xid))))
  and (cast(:definition as text) is null or definition.name = :definition)
  and (cast(:instance as bigint) is null or instance.id = :instance)
order by instance.status = 'pending', instance.id
limit :limit
