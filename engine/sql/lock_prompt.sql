-- lock_prompt.sql
-- Hold one prompt, so that the version read next is the one that is edited. Locks its row.
select 1
from prompt_template
where key = :key
for update
