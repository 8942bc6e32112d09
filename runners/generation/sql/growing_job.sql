-- The job of this build that can still take requests, and the number of its next one. Locks the job.
select id, items, bytes, tokens,
       (select coalesce(max(ordinal) + 1, 0) from provider_batch_item where provider_batch_id = provider_batch.id)
from provider_batch
where step_id = :step_id
  and build = :build
  and provider = :provider
  and model = :model
  and mode = :mode
  and state = 'planned'
order by id desc
limit 1
for no key update
