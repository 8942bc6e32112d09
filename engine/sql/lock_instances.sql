-- lock_instances.sql
-- The first lock of every turn: no two turns advance one instance at a time. Locks instance rows, by id.
select id, status, open_steps, failed_steps, cancel_requested_at is not null, version
from batch_instance
where id = any(cast(:ids as bigint[]))
order by id
for no key update
