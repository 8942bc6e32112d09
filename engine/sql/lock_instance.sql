-- lock_instance.sql
-- One instance, for a reset. Locks the row.
select definition_id, version, status, params, retry_version, rehearsal ->> 'step',
    coalesce(cast(rehearsal ->> 'draft' as boolean), false)
from batch_instance
where id = :id
for no key update
