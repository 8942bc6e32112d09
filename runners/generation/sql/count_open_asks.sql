-- How many requests of this build have no end yet. Each is for a pending item of its own, so where the two counts agree
-- there is nothing to plan.
select count(*)
from provider_batch as job
join provider_batch_item as ask on ask.provider_batch_id = job.id and ask.state = 'open'
where job.step_id = :step_id
  and job.build = :build
  and job.state not in ('ingested', 'abandoned')
