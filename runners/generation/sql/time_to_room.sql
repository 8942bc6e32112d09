-- Live: how many seconds to leave a provider alone whose limit has no room.
select extract(epoch from coalesce(time_to_room('provider_calls', provider), interval '1 second'))::float8
from provider_batch
where id = :job_id
