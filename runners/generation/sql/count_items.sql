-- How the items of a step stand.
select count(*) filter (where state = 'succeeded'),
       count(*) filter (where state = 'failed'),
       count(*) filter (where state = 'dead'),
       count(*) filter (where state = 'pending')
from batch_item
where step_id = :step_id
