-- Say whether the provider is at work on other jobs of ours for this model that it was sent before, so that it will have
-- room when they are done. Those sent later do not count: two jobs that are both too large would wait for each other.
select exists (
    select from provider_batch
    where provider = :provider
      and model = :model
      and mode = 'batch'
      and id <> :job_id
      and state in ('submitting', 'submitted')
      and submitting_at < (select submitting_at from provider_batch where id = :job_id))
