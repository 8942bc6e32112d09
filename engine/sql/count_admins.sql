-- count_admins.sql
-- How many tokens of administrators work. Locks nothing; the caller holds the table.
select count(*)
from api_token
where kind = 'token'
  and role = 'admin'
  and revoked_at is null
  and coalesce(expires_at > clock_now(), true)
