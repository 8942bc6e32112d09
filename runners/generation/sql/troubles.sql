-- The latest job of this attempt that its provider has refused, or that was stuck.
select coalesce(error, 'the job was not done by its deadline'), state = 'abandoned'
from provider_batch
where step_id = :step_id
  and build = :build
  and attempt >= :attempt
  and provider = :provider
  and model = :model
  and ((state = 'abandoned' and error is not null) or cancelled_at is not null)
order by id desc
limit 1
