-- Say whether one more job may be created at its provider now. Locks the provider's limit.
select take_room('provider_jobs', provider, 1) = 1
from provider_batch
where id = :job_id
