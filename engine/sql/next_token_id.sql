-- next_token_id.sql
-- The id of the next token: it is a part of its secret, so it is needed before the row is. Locks nothing.
select nextval(pg_get_serial_sequence('api_token', 'id'))
