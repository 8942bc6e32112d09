-- One question, and how its explanation stands. Locks nothing.
select id, set_id, left(question, 200) as question, explanation_status as status,
       explanation_generated_at as generated_at, explanation_error as error,
       case when explanation_status = 'completed' then explanation end as explanation
from question
where id = :id
