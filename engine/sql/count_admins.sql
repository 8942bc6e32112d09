-- count_admins.sql
-- How many tokens of administrators work, but for those whose secret nobody has. Locks nothing; the caller holds the table.
select count(*)
from api_token
where kind = 'token'
  and role = 'admin'
  and name <> :terminal
  and revoked_at is null
  and coalesce(expires_at > clock_now(), true)
