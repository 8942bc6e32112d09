-- What the instance has spent, and what is reserved for jobs whose books are open.
select coalesce(sum(cost_usd), 0),
       coalesce(sum(greatest(reserved_usd - cost_usd, 0)) filter (where state not in ('ingested', 'abandoned')), 0)
from provider_batch
where batch_instance_id = :instance_id
