-- plan_fires.sql
-- Write how far these crons are decided, and what comes next. Their rows are locked by the claim.
update batch_cron
set decided_at = planned.decided_at,
    upcoming = planned.upcoming,
    problem = planned.problem
from jsonb_to_recordset(:crons)
    as planned(definition_id bigint, decided_at timestamptz, upcoming timestamptz[], problem text)
where batch_cron.definition_id = planned.definition_id
