-- Live: how many requests have no end yet, and how many of them wait to be sent.
select count(*), count(*) filter (where sending_at is null)
from provider_batch_item
where provider_batch_id = :job_id
  and state = 'open'
