-- Begin a build: the items of an earlier one go.
delete from batch_item
where step_id = :step_id
