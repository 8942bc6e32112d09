-- upsert_prompt.sql
-- Insert or edit one prompt; the database validates, versions and notifies. Locks its row.
insert into prompt_template (key, description, system, body, response_schema)
values (:key, :description, :system, :body, :response_schema)
on conflict (key) do update
set description = excluded.description,
    system = excluded.system,
    body = excluded.body,
    response_schema = excluded.response_schema
returning version
