-- The prompts of some requests of a job.
select ordinal, prompt
from provider_batch_item
where provider_batch_id = :job_id
  and ordinal = any(cast(:ordinals as int[]))
