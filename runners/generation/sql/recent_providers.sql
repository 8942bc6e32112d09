-- Whom we have asked lately.
select distinct provider
from provider_batch
where created_at > clock_now() - interval '14 days'
  and mode = 'batch'
