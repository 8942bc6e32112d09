-- page_definitions.sql
-- Definitions by name: those after :after, or these :names. Locks nothing.
select definition.name, definition.description, definition.version, definition.enabled, definition.cron,
    definition.timezone, definition.steps, definition.params_schema, definition.created_at, definition.updated_at,
    case when cron.enabled and cron.problem is null then cron.next_fire_at end as next_fire_at
from batch_definition as definition
left join batch_cron as cron on cron.definition_id = definition.id
where (cast(:after as text) is null or definition.name > :after)
  and (cast(:names as text[]) is null or definition.name = any(cast(:names as text[])))
order by definition.name
limit :limit
