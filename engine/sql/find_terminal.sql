-- find_terminal.sql
-- The oldest token of this name and role that works. Locks nothing: two at once cost a second token, and no harm.
select id
from api_token
where kind = 'token'
  and name = :name
  and role = :role
  and revoked_at is null
  and coalesce(expires_at > clock_now(), true)
order by id
limit 1
