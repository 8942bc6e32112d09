-- Say whether the provider is at work on other jobs of ours for this model, so that it will have room when they are done.
select exists (
    select from provider_batch
    where provider = :provider
      and model = :model
      and mode = 'batch'
      and id <> :job_id
      and state in ('submitting', 'submitted'))
