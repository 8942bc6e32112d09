-- The jobs of a build whose books are open, the oldest first. Those of older builds are for the janitor.
select id
from provider_batch
where step_id = :step_id
  and build = :build
  and state not in ('ingested', 'abandoned')
order by id
