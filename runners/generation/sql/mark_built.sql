-- All items of this build are there.
update generation
set is_built = true,
    items = :items
where step_id = :step_id
