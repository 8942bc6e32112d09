-- How many requests a job of this step may hold, where a larger one has shown to be too much.
select job_limit
from generation
where step_id = :step_id
