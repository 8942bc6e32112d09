-- One question in full, and how its explanation stands. Locks nothing.
select id, set_id, question, explanation_status as status, explanation_generated_at as generated_at,
       explanation_error as error, case when explanation_status = 'completed' then explanation end as explanation,
       language, subject, question_type, level, difficulty, passage, choices, answer, wrong_answers, priority, created_at
from question
where id = :id
