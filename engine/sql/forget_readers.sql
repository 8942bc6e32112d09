-- forget_readers.sql
-- Delete readers that have not said for a minute that they are there, and what they were to be told. Locks the rows;
-- skips those that others lock.
with gone as (
    select name
    from cache_reader
    where seen_at <= clock_now() - interval '1 minute'
    for update skip locked
), forgotten as (
    delete from cache_reader as reader
    using gone
    where reader.name = gone.name
), untold as (
    select outbox.reader, outbox.collection
    from cache_invalidation as outbox
    where not exists (select from cache_reader as reader where reader.name = outbox.reader)
       or outbox.reader in (select name from gone)
    for update skip locked
), dropped as (
    delete from cache_invalidation as outbox
    using untold
    where outbox.reader = untold.reader
      and outbox.collection = untold.collection
)
select name
from gone
