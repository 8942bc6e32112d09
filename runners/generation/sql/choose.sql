-- From now on the step asks another of its providers; never back.
update generation
set choice = greatest(choice, :choice)
where step_id = :step_id
