-- redeem_link.sql
-- Turn a link that was not used yet into a session; returns when that ends. Locks its row, so it is used once.
update api_token as link
set kind = 'session',
    secret_sha256 = :session,
    expires_at = clock_now() + :lasts
from api_token as source
where link.id = :id
  and link.kind = 'link'
  and link.secret_sha256 = :link
  and link.expires_at > clock_now()
  and link.revoked_at is null
  and source.id = link.made_from
  and source.revoked_at is null
returning link.expires_at
