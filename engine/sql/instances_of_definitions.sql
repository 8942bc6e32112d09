-- instances_of_definitions.sql
-- The newest :limit instances of each of these definitions. Locks nothing.
select overview.*
from unnest(cast(:names as text[])) as wanted (name)
join batch_definition as definition on definition.name = wanted.name
cross join lateral (
    select instance.id
    from batch_instance as instance
    where instance.definition_id = definition.id
    order by instance.id desc
    limit :limit
) as newest
join batch_instance_overview as overview on overview.id = newest.id
order by overview.id desc
