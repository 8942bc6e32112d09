-- read_collections.sql
-- What the reading API serves, with the type of the vectors as it is now (null: there is no such table), and whether the
-- metadata is one column of the rows or all of them. Locks nothing.
select served.name, served.description, served.rows_table, served.rows_key, served.embeddings_table,
    collection_key(served.embeddings_table) as collection, served.exposed,
    format_type(vector.atttypid, vector.atttypmod) as type, metadata.attnum is not null as has_metadata
from embedding_collection as served
left join pg_attribute as vector
    on vector.attrelid = to_regclass(served.embeddings_table)
   and vector.attname = 'embedding'
   and not vector.attisdropped
left join pg_attribute as metadata
    on metadata.attrelid = to_regclass(served.rows_table)
   and metadata.attname = 'metadata'
   and metadata.atttypid = 'jsonb'::regtype
   and not metadata.attisdropped
where served.enabled
order by served.name
