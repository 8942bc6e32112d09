-- Steps that have ended with items unanswered, and a table of a user that still says they are being generated.
select generation.step_id, generation.sink
from generation
join batch_step as step on step.id = generation.step_id
where generation.sink is not null
  and step.state not in ('pending', 'ready', 'running')
limit 20
for update of generation skip locked
