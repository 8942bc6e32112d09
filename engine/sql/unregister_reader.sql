-- unregister_reader.sql
-- Forget a reader that ends, and what it was to be told. Locks its rows.
with untold as (
    delete from cache_invalidation
    where reader = :name
)
delete from cache_reader
where name = :name
