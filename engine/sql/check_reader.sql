-- check_reader.sql
-- Why the role of this session may not run analysts' SQL in this database, the engine's; null: it may. Sent on the
-- reader's connection. Locks nothing.
select case
    when rolsuper then 'is a superuser'
    when pg_has_role(oid, cast(:engine as name), 'member') then 'is the engine''s own role, or a member of it'
    when has_table_privilege(oid, cast(:steps as oid), 'insert, update, delete, truncate') then 'may write to batch_step'
end
from pg_roles
where rolname = session_user
