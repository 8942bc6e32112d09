-- start_instances.sql
-- Pending instances become running with this many open steps. The caller holds the rows.
update batch_instance as instance
set status = 'running',
    started_at = clock_now(),
    open_steps = started.open_steps
from json_to_recordset(cast(:instances as json)) as started (id bigint, open_steps int)
where instance.id = started.id
  and instance.status = 'pending'
