-- find_token.sql
-- The token that a secret stands for, if both still count, with the digest to compare. Locks nothing.
select token.id, token.name, token.role, given.secret_sha256
from api_token as given
join api_token as token on token.id = coalesce(given.made_from, given.id)
where given.id = :id
  and given.kind = coalesce(:kind, given.kind)
  and given.revoked_at is null
  and token.revoked_at is null
  and coalesce(given.expires_at > clock_now(), true)
  and coalesce(token.expires_at > clock_now(), true)
