-- insert_steps.sql
-- The step rows of instances that start, all pending. The caller holds the instances.
-- Of each instance the steps come as one text for each column, with commas: it is the same for every instance of a version,
-- and so is put together once. Neither keys nor runners have commas in them.
insert into batch_step
    (batch_instance_id, step_key, runner, state, waiting_on, parents_succeeded, parents_failed, priority)
select instance.id, step.key, step.runner, 'pending', step.waiting_on, step.succeeded, step.failed, instance.priority
from unnest(
    cast(:ids as bigint[]), cast(:priorities as smallint[]), cast(:keys as text[]), cast(:runners as text[]),
    cast(:waiting_on as text[]), cast(:succeeded as text[]), cast(:failed as text[])
) as instance (id, priority, keys, runners, waiting_on, succeeded, failed)
cross join lateral unnest(
    string_to_array(instance.keys, ','),
    string_to_array(instance.runners, ','),
    cast(string_to_array(instance.waiting_on, ',') as int[]),
    cast(string_to_array(instance.succeeded, ',') as int[]),
    cast(string_to_array(instance.failed, ',') as int[])
) as step (key, runner, waiting_on, succeeded, failed)
