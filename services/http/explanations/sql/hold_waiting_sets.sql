-- The sets with questions that wait. Locks them until the transaction ends, so that nobody else starts what explains
-- them; skips those that others lock: whoever uploads to a set sees to it that it is explained.
select id
from question_set
where exists (select from question where set_id = question_set.id and explanation_status = 'pending')
order by id
for no key update skip locked
