-- insert_token.sql
-- Make a token, a link or a session; returns when it ends, null for never. Locks the new row.
insert into api_token (id, kind, name, role, secret_sha256, made_from, expires_at)
overriding system value
values (:id, :kind, :name, :role, :secret, :made_from, clock_now() + :lasts)
returning expires_at
