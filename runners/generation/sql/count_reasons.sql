-- Why items were given up, the commonest reason first; an error begins with its reason.
select split_part(error, ':', 1), count(*), min(error)
from batch_item
where step_id = :step_id
  and state in ('failed', 'dead')
group by 1
order by 2 desc, 1
limit 10
