-- has_index.sql
-- Does the table have a valid index of vectors on its column embedding? Locks nothing.
select exists (
    select from pg_index as i
    join pg_class as c on c.oid = i.indexrelid
    join pg_am as am on am.oid = c.relam
    join pg_class as t on t.oid = i.indrelid
    join pg_namespace as n on n.oid = t.relnamespace
    join pg_attribute as a on a.attrelid = t.oid and a.attnum = i.indkey[0]
    where n.nspname = :schema
      and t.relname = :name
      and a.attname = 'embedding'
      and am.amname in ('hnsw', 'ivfflat')
      and i.indisvalid
)
