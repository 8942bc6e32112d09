-- update_instances.sql
-- Write the counters of advanced instances, and the status of those that end. The caller holds the rows.
-- "% 1 = 0" is always true; it makes the planner expect one row, and so look each row up by its key for good.
update batch_instance as instance
set open_steps = change.open_steps,
    failed_steps = change.failed_steps,
    status = change.status,
    error = coalesce(instance.error, change.error),
    finished_at = case when change.status = 'running' then null else clock_now() end
from unnest(
    cast(:ids as bigint[]), cast(:statuses as text[]), cast(:errors as text[]), cast(:open_steps as int[]),
    cast(:failed_steps as int[])
) as change (id, status, error, open_steps, failed_steps)
where instance.id = change.id
  and change.id % 1 = 0
  and instance.finished_at is null
