-- notify.sql
-- Wake whoever listens, at commit.
select pg_notify('batchdag', :payload)
