-- lock_definition.sql
-- Hold one definition, so that the version read next is the one that is edited. Locks its row.
select 1
from batch_definition
where name = :name
for update
