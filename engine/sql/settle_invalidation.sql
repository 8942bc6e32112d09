-- settle_invalidation.sql
-- Write what became of a call; who was so slow that another has called since changes nothing. Locks the row.
update cache_invalidation
set told = greatest(told, cast(:told as bigint)),
    tries = :tries,
    error = :error,
    next_try_at = clock_now() + cast(:delay as interval)
where reader = :reader
  and collection = :collection
  and claims = :claims
