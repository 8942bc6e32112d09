-- The latest job that its provider has refused, or that was stuck: in this attempt, or lately in those before it since
-- somebody last retried the step. So an automatic retry does not at once ask again whom it knows to refuse; a person's
-- retry does.
select coalesce(job.error, 'the job was not done by its deadline'), job.state = 'abandoned'
from provider_batch as job
join batch_step as step on step.id = job.step_id
where job.step_id = :step_id
  and job.build = :build
  and job.provider = :provider
  and job.model = :model
  and ((job.state = 'abandoned' and job.error is not null) or job.cancelled_at is not null)
  and (job.attempt >= :attempt
       or (job.attempt >= cast(:attempt as int) - step.failures - step.losses
           and coalesce(job.finished_at, job.cancelled_at) > clock_now() - interval '5 minutes'))
order by job.id desc
limit 1
