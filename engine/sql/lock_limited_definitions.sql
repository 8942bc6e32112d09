-- lock_limited_definitions.sql
-- Those of these definitions that limit their active instances. Locks them, so that no two processes overfill one.
select id, max_active
from batch_definition
where id = any(:ids)
  and max_active is not null
order by id
for no key update
