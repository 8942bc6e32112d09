-- The next requests of a job that are still open.
select ordinal
from provider_batch_item
where provider_batch_id = :job_id
  and state = 'open'
order by ordinal
limit :size
