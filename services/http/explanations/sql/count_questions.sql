-- How many questions of a set are in each state. Locks nothing.
select count(*) as total,
       count(*) filter (where explanation_status = 'pending') as pending,
       count(*) filter (where explanation_status = 'generating') as generating,
       count(*) filter (where explanation_status = 'completed') as completed,
       count(*) filter (where explanation_status = 'failed') as failed
from question
where set_id = :set_id
