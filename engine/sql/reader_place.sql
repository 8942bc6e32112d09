-- reader_place.sql
-- What the reader may not be nor have: the role of the engine, and rights to write this table. Locks nothing.
select
    'batch_step'::regclass::oid::bigint,
    current_user::text
