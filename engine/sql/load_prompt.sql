-- load_prompt.sql
-- One prompt as it stands: what people set, its version, and who made that when. Locks nothing.
select prompt.key, prompt.description, prompt.system, prompt.body, prompt.response_schema, prompt.version,
    made.edited_by, made.client, made.edited_at
from prompt_template as prompt
join prompt_template_version as made using (key, version)
where prompt.key = :key
