-- current_type.sql
-- The type of a table's column embedding, and its dimensions. Locks nothing.
select t.typname, a.atttypmod
from pg_attribute as a
join pg_class as c on c.oid = a.attrelid
join pg_namespace as n on n.oid = c.relnamespace
join pg_type as t on t.oid = a.atttypid
where n.nspname = :schema
  and c.relname = :name
  and a.attname = 'embedding'
  and not a.attisdropped
