-- list_prompt_versions.sql
-- The history of one prompt, oldest first, without the texts. Locks nothing.
select version, edited_by, client, edited_at, content_hash
from prompt_template_version
where key = :key
order by version
