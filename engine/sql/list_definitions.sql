-- list_definitions.sql
-- Every definition: its version, who made that when, and when its cron is due next. Locks nothing.
select definition.name, definition.description, definition.version, definition.enabled, definition.cron,
    definition.timezone, made.edited_by, made.client, made.edited_at,
    case when cron.enabled and cron.problem is null then cron.next_fire_at end as next_fire_at, cron.problem
from batch_definition as definition
join batch_definition_version as made on made.definition_id = definition.id and made.version = definition.version
left join batch_cron as cron on cron.definition_id = definition.id
order by definition.name
