-- list_tokens.sql
-- Every token, newest first, without its digest. Locks nothing.
select id, name, role, created_at, expires_at, revoked_at
from api_token
where kind = 'token'
order by id desc
