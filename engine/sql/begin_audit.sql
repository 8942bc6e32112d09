-- begin_audit.sql
-- Say who is about to change what; committed before the change. Locks the new row.
insert into audit_log (token_id, actor, role, client, action, subject, before)
values (:token_id, :actor, :role, :client, :action, :subject, :before)
returning id
