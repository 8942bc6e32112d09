-- begin_gaps.sql
-- Locks nothing. If this process freezes in the transaction, the server ends it and frees its locks.
select set_config('idle_in_transaction_session_timeout', '10s', true)
