-- claim_invalidations.sql
-- Take up to :room readers that are to be told of a collection, for :lease: until then nobody else tells them the same.
-- Locks the rows taken; skips those that others are taking or that a change is being written to.
with due as (
    select outbox.reader, outbox.collection, reader.address, reader.token, reader.certificate
    from cache_invalidation as outbox
    join cache_reader as reader on reader.name = outbox.reader
    where outbox.generation > outbox.told
      and outbox.next_try_at <= clock_now()
      and reader.seen_at > clock_now() - interval '1 minute'
      and (reader.machine is null or reader.machine = :machine)
    order by outbox.next_try_at
    limit :room
    for update of outbox skip locked
)
update cache_invalidation as outbox
set claims = claims + 1,
    next_try_at = clock_now() + cast(:lease as interval)
from due
where outbox.reader = due.reader
  and outbox.collection = due.collection
returning outbox.reader, outbox.collection, outbox.generation, outbox.claims, outbox.tries, due.address, due.token,
    due.certificate
