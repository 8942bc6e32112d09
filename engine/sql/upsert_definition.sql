-- upsert_definition.sql
-- Insert or edit one definition; the database validates, versions and notifies. Locks its row.
insert into batch_definition as known
    (name, description, steps, cron, timezone, params_schema, enabled, priority, max_active, misfire, overlap, budget_usd)
values
    (:name, :description, :steps, :cron, :timezone, :params_schema, :enabled, :priority, :max_active, :misfire, :overlap,
     :budget_usd)
on conflict (name) do update
set description = excluded.description,
    steps = excluded.steps,
    cron = excluded.cron,
    timezone = excluded.timezone,
    params_schema = excluded.params_schema,
    enabled = excluded.enabled,
    priority = excluded.priority,
    max_active = excluded.max_active,
    misfire = excluded.misfire,
    overlap = excluded.overlap,
    budget_usd = excluded.budget_usd
returning version
