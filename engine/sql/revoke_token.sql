-- revoke_token.sql
-- End a token, and with it its links and sessions, or end one session. Locks its row.
update api_token
set revoked_at = clock_now()
where id = :id
  and revoked_at is null
returning id
