-- load_definition.sql
-- One definition as it stands: the columns that people set, and its version. Locks nothing.
select id, version, name, description, steps, cron, timezone, params_schema, enabled, priority, max_active, misfire,
    overlap, budget_usd
from batch_definition
where name = :name
