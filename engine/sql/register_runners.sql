-- register_runners.sql
-- Make this process's runners known to the database, which refuses steps that name none of them.
insert into batch_runner as known (name, version, description, params_schema)
select name, version, description, params_schema
from jsonb_to_recordset(:runners) as runner (name text, version text, description text, params_schema jsonb)
order by name
on conflict (name) do update
set version = excluded.version,
    description = excluded.description,
    params_schema = excluded.params_schema,
    registered_at = clock_now()
where (known.version, known.description, known.params_schema)
    is distinct from (excluded.version, excluded.description, excluded.params_schema)
