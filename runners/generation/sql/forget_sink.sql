-- The user's table needs nothing more from this step.
update generation
set sink = null
where step_id = :step_id
