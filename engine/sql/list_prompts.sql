-- list_prompts.sql
-- Every prompt: its version, who made that when, and the definitions that name it. Locks nothing.
select prompt.key, prompt.version, prompt.description, made.edited_by, made.client, made.edited_at,
    definitions_using(prompt.key) as used_by
from prompt_template as prompt
join prompt_template_version as made using (key, version)
order by prompt.key
