-- database_identity.sql
-- What tells this database apart from all others, for every process that connects to it. Locks nothing.
select format('%s/%s', system_identifier, pg_database.oid)
from pg_control_system()
cross join pg_database
where pg_database.datname = current_database()
