-- A page of a set's questions, by id, and how the explanation of each stands. Locks nothing.
select id, set_id, left(question, 200) as question, explanation_status as status,
       explanation_generated_at as generated_at, explanation_error as error,
       case when explanation_status = 'completed' then explanation end as explanation
from question
where set_id = :set_id
  and id > :after
  and (cast(:state as text) is null or explanation_status = :state)
order by id
limit :limit
