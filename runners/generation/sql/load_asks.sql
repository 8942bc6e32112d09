-- The requests of a job in order.
select ordinal, prompt
from provider_batch_item
where provider_batch_id = :job_id
  and ordinal > :after
order by ordinal
limit :size
