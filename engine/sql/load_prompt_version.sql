-- load_prompt_version.sql
-- One version of a prompt, which may be deleted by now. Locks nothing.
select key, coalesce((select description from prompt_template where key = :key), '') as description, system, body,
    response_schema, version, edited_by, client, edited_at
from prompt_template_version
where key = :key
  and version = :version
