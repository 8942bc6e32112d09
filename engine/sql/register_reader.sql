-- register_reader.sql
-- Say that a reader is there, and again every few seconds; it takes the place of who had its address before. Locks the rows.
with replaced as (
    delete from cache_reader
    where address = :address
      and machine is not distinct from :machine
      and name <> :name
)
insert into cache_reader (name, address, machine, token, certificate)
values (:name, :address, :machine, :token, :certificate)
on conflict (name) do update set seen_at = clock_now()
