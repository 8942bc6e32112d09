-- Live: how many requests have no end yet.
select count(*)
from provider_batch_item
where provider_batch_id = :job_id
  and state = 'open'
