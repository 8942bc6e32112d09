-- explain_step.sql
-- Why a step is or is not running: a code with its values, and the same in words. Locks nothing.
select
    found ->> 'code' as code,
    found -> 'values' as values,
    explanation_words(found ->> 'code', found -> 'values') as words
from explained_step(:instance, :step) as found
