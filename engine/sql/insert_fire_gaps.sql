-- insert_fire_gaps.sql
-- Note the instants that are given up; their rows are written afterwards. Locks nothing.
insert into batch_cron_gap (definition_id, cron, timezone, after_at, until_at, reason)
select definition_id, cron, timezone, after_at, until_at, reason
from jsonb_to_recordset(:gaps)
    as gap(definition_id bigint, cron text, timezone text, after_at timestamptz, until_at timestamptz, reason text)
