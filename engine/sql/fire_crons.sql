-- fire_crons.sql
-- Write decisions that are fresh and whose crons stand as they saw them; returns those written, with what became of each
-- instant. Locks these crons, and their definitions against removal; skips what others hold.
with decision as (
    select *
    from jsonb_to_recordset(:decisions) as decision(
        definition_id bigint, version integer, seen_at timestamptz, fires jsonb, gaps jsonb, cron text, timezone text,
        decided_at timestamptz, upcoming timestamptz[], problem text)
), held as (
    select decision.definition_id
    from decision
    join batch_cron as cron on cron.definition_id = decision.definition_id
    join batch_definition as definition on definition.id = decision.definition_id
    where cron.decided_at = decision.seen_at
      and definition.version = decision.version
      and clock_now() < cast(:fresh_until as timestamptz)
    for no key update of cron skip locked
    for key share of definition skip locked
), planned as (
    update batch_cron
    set decided_at = decision.decided_at, upcoming = decision.upcoming, problem = decision.problem
    from decision
    where batch_cron.definition_id = decision.definition_id
      and decision.definition_id in (select definition_id from held)
    returning decision.*
), given_up as (
    insert into batch_cron_gap (definition_id, cron, timezone, after_at, until_at, reason)
    select definition_id, cron, timezone, gap.after_at, gap.until_at, gap.reason
    from planned
    cross join jsonb_to_recordset(planned.gaps) as gap(after_at timestamptz, until_at timestamptz, reason text)
)
select planned.definition_id, fire.fire_at, fire.outcome, fire.reason, fire.batch_instance_id
from planned
left join lateral (
    select started.*
    from jsonb_to_recordset(planned.fires) as due(fire_at timestamptz, overlap text)
    cross join lateral fire_cron(planned.definition_id, due.fire_at, due.overlap) as started
) as fire on true
