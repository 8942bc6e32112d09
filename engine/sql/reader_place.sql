-- reader_place.sql
-- Where the reader has to be: this database, and beside which table and role it may not write. Locks nothing.
select
    (
        select format('%s/%s', system_identifier, pg_database.oid)
        from pg_control_system()
        cross join pg_database
        where pg_database.datname = current_database()
    ),
    'batch_step'::regclass::oid::bigint,
    current_user::text
