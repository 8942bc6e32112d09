-- find_limits.sql
-- Say whether any runner is limited. Locks nothing.
select exists (select from batch_limit where scope = 'runner')
