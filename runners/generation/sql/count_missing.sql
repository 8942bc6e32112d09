-- How many requests of a job were closed because no file had an answer to them.
select count(*)
from provider_batch_item
where provider_batch_id = :job_id
  and state in ('failed', 'dead')
  and reason = 'missing'
