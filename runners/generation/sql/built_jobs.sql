-- The jobs of the build that stands.
select job.id
from provider_batch as job
join generation on generation.step_id = job.step_id and generation.build = job.build
where job.step_id = :step_id
  and job.state <> 'abandoned'
order by job.id
