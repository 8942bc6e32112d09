-- Too many items got no answer; the next attempt gives them another round.
update generation
set failed_at = :attempt
where step_id = :step_id
