-- list_collections.sql
-- The collections, what their vectors are, how often they have changed, and their index of vectors. Locks nothing.
select served.name, served.description, served.enabled, served.rows_table, served.embeddings_table,
    vector.type, case when vector.dimensions > 0 then vector.dimensions end as dimensions,
    case when tables.reltuples >= 0 then cast(tables.reltuples as bigint) end as estimate,
    exists (
        select from pg_attribute as a
        where a.attrelid = tables.oid and a.attname = 'model' and not a.attisdropped) as has_model,
    known.generation, known.changed_at, index.name as index_name, index.method as index_method,
    index.is_valid as index_is_valid
from embedding_collection as served
left join embedding_generation as known on known.collection = collection_key(served.embeddings_table)
left join pg_class as tables on tables.oid = to_regclass(served.embeddings_table)
left join lateral (
    select types.typname as type, a.atttypmod as dimensions
    from pg_attribute as a
    join pg_type as types on types.oid = a.atttypid
    where a.attrelid = tables.oid
      and a.attname = 'embedding'
      and not a.attisdropped
) as vector on true
left join lateral (
    select relation.relname as name, method.amname as method, i.indisvalid as is_valid
    from pg_index as i
    join pg_class as relation on relation.oid = i.indexrelid
    join pg_am as method on method.oid = relation.relam
    where i.indrelid = tables.oid
      and method.amname in ('hnsw', 'ivfflat')
    order by i.indisvalid desc, relation.relname
    limit 1
) as index on true
order by served.name
limit 1000
