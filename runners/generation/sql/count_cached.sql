-- Answers that were there already.
update generation
set from_cache = from_cache + :count
where step_id = :step_id
