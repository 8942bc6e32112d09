-- The trouble that live calls have with a provider's model just now, and for how many more seconds to leave it alone.
select in_a_row, greatest(extract(epoch from resume_at - clock_now()), 0)::float8
from provider_trouble
where provider = :provider
  and model = :model
