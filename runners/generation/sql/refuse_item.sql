-- An item whose answer the user's table does not take.
update batch_item
set state = 'failed',
    error = :error
where step_id = :step_id
  and seq = :seq
