-- begin_fires.sql
-- The database's time. Locks nothing. If this process freezes in the transaction, the server ends it and frees its locks.
select clock_now(), set_config('idle_in_transaction_session_timeout', '10s', true)
