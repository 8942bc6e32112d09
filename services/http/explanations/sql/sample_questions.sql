-- Some questions as explain would see them, without what it writes itself. Locks nothing.
select to_jsonb(asked)
       - cast('{explanation,explanation_status,explanation_generated_at,explanation_error}' as text[]) as item
from question as asked
order by id
limit :limit
