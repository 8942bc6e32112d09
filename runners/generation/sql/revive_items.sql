-- Items that were given up in an earlier round are asked for once more.
update batch_item as item
set state = 'pending'
from generation
where item.step_id = :step_id
  and generation.step_id = item.step_id
  and item.state in ('failed', 'dead')
  and item.attempts < generation.rounds * cast(:max_tries as int)
