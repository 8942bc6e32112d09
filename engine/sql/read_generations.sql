-- read_generations.sql
-- The generation of each of these collections, and when it was made. Those that never changed have none. Locks nothing.
select collection, generation, extract(epoch from changed_at)::text
from embedding_generation
where collection = any(:collections)
