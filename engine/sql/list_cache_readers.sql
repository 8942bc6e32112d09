-- list_cache_readers.sql
-- Processes that keep what they have read, and the collections whose changes they have yet to be told. Locks nothing.
select reader.name, reader.address, reader.seen_at,
    count(*) filter (where outbox.told < outbox.generation) as behind,
    max(outbox.error) filter (where outbox.told < outbox.generation) as error
from cache_reader as reader
left join cache_invalidation as outbox on outbox.reader = reader.name
group by reader.name
order by reader.name
