-- The jobs of a step that nothing has been sent of.
select id
from provider_batch
where step_id = :step_id
  and state = 'planned'
order by id
