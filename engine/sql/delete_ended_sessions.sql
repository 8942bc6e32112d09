-- delete_ended_sessions.sql
-- Forget links and sessions that ended over a day ago. Locks their rows.
delete from api_token
where kind <> 'token'
  and expires_at < clock_now() - interval '1 day'
