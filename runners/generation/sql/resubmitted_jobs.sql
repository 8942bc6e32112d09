-- Jobs that were submitted more than once and are closed: a frozen process may still create another under their key.
select id
from provider_batch
where mode = 'batch'
  and submissions > 1
  and state in ('ingested', 'abandoned')
  and finished_at > clock_now() - interval '2 days'
