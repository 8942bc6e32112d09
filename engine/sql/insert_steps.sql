-- insert_steps.sql
-- The step rows of instances that start, each in the state the planner gave it. The caller holds the instances.
insert into batch_step
    (batch_instance_id, step_key, runner, state, reason, error, waiting_on, parents_succeeded, parents_failed, priority,
     finished_at)
select instance, key, runner, state, reason, error, waiting_on, parents_succeeded, parents_failed, priority,
    case when state in ('pending', 'ready') then null else clock_now() end
from json_to_recordset(cast(:steps as json)) as step (
    instance bigint, key text, runner text, state text, reason text, error text, waiting_on int,
    parents_succeeded int, parents_failed int, priority smallint)
