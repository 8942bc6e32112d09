"""What must be true of the crons of a database after a soak, and how late their instants were.

A soak begins when its definitions are inserted and ends when they are disabled: between the two, each whole second is
an instant of each of them.
"""

from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any

import psycopg

WITHOUT_EXACTLY_ONE_ROW = """
select cron.definition_id, fire_at, fire.outcome
from batch_cron as cron
cross join lateral generate_series(date_trunc('second', %s) + interval '1 s', cron.decided_at, '1 s') as fire_at
full join batch_cron_fire as fire using (definition_id, fire_at)
where cron.definition_id is null or fire.definition_id is null
"""
"""Instants that have no row, and rows that are no instant; that no instant has two rows, the primary key sees to."""

NOT_ONE_INSTANCE = """
select fire.definition_id, fire.fire_at, fire.outcome, count(instance.id)
from batch_cron_fire as fire
left join batch_instance as instance
    on (instance.definition_id, instance.scheduled_at) = (fire.definition_id, fire.fire_at)
group by fire.definition_id, fire.fire_at
having count(instance.id) <> case fire.outcome when 'fired' then 1 else 0 end
    or max(instance.id) is distinct from fire.batch_instance_id
"""

WITHOUT_A_ROW = """
select id, trigger, scheduled_at
from batch_instance
where not exists (select from batch_cron_fire where batch_instance_id = batch_instance.id)
"""

NOT_SUCCEEDED = "select id, status, error from batch_instance where status <> 'succeeded'"

WITHOUT_EXPLANATION = """
select definition.name, fire.fire_at, fire.outcome, fire.reason
from batch_cron_fire as fire
join batch_definition as definition on definition.id = fire.definition_id
where not case fire.outcome
    when 'fired' then fire.reason is null
    when 'skipped_overlap' then definition.overlap = 'skip' and exists (
        select from batch_instance as live
        where live.definition_id = definition.id
          and fire.reason = 'instance ' || live.id || ' had not ended (overlap: skip)'
          and live.created_at <= fire.decided_at and live.finished_at > fire.decided_at - interval '5 s')
    when 'missed' then fire.reason = 'nothing had fired it when the cron was edited'
        and fire.fire_at > (select decided_at - interval '1 minute' from batch_cron where definition_id = definition.id)
    else false
end
"""
"""Rows that are neither fired nor say truly why not: an instance that was live, or the edit that ended the soak."""

OUTCOMES = "select outcome, count(*) from batch_cron_fire group by 1 order by 1"

LAGS = """
select percentile_cont(array[0.5, 0.95, 0.99, 1]) within group (order by extract(epoch from decided_at - fire_at)::float)
from batch_cron_fire
where outcome <> 'missed'
"""

WAITED = """
select max(extract(epoch from decided_at - greatest(fire_at, %(at)s))::float)
from (
    select distinct on (definition_id) fire_at, decided_at
    from batch_cron_fire
    where decided_at > %(at)s and outcome <> 'missed'
    order by definition_id, decided_at, fire_at
) as next_one
"""


@dataclass(frozen=True, slots=True)
class Breakage:
    """What was done to one process, and when it could do nothing any more, by the database's clock."""

    what: str
    at: datetime


def assert_each_instant_fired_once(connection: psycopg.Connection[Any], *, begun: datetime) -> None:
    """Each instant has exactly one row, each row at most one instance, each instance a row, and all is explained."""
    assert_none(connection, WITHOUT_EXACTLY_ONE_ROW, begun)
    assert_none(connection, NOT_ONE_INSTANCE)
    assert_none(connection, WITHOUT_A_ROW)
    assert_none(connection, WITHOUT_EXPLANATION)
    assert_none(connection, NOT_SUCCEEDED)


def assert_none(connection: psycopg.Connection[Any], query: str, *binds: Any) -> None:
    found = _all(connection, query, *binds)
    assert not found, f"{len(found)} rows of {query}: {found[:10]}"


def outcomes(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """How many instants were fired, skipped, missed."""
    return dict(_all(connection, OUTCOMES))


def lags(connection: psycopg.Connection[Any]) -> list[float]:
    """Seconds from an instant to the statement that decided on it: the median, p95, p99, and the longest."""
    return list(_all(connection, LAGS)[0][0])


def takeover(connection: psycopg.Connection[Any], breakage: Breakage) -> float:
    """Seconds that the next instant waited for another process, in the definition where it waited the longest.

    That is the first instant to be decided after the breakage. It waits from when it was due, or, if it was due before,
    from the breakage.
    """
    return float(connection.execute(WAITED, {"at": breakage.at}).fetchall()[0][0])


def report(connection: psycopg.Connection[Any], breakages: list[Breakage]) -> list[str]:
    """The figures of a soak, to be printed."""
    shown = ", ".join(f"{count} {outcome}" for outcome, count in outcomes(connection).items())
    half, most, nearly_all, all_ = lags(connection)
    lines = [
        f"instants: {shown}",
        f"lag of an instant: p50 {half:.3f} s, p95 {most:.3f} s, p99 {nearly_all:.3f} s, max {all_:.3f} s",
    ]
    for what in sorted({breakage.what for breakage in breakages}):
        waits = [takeover(connection, breakage) for breakage in breakages if breakage.what == what]
        listed = ", ".join(f"{wait:.2f}" for wait in waits)
        lines.append(f"takeover after a {what}: median {median(waits):.2f} s, max {max(waits):.2f} s ({listed})")
    return lines


def _all(connection: psycopg.Connection[Any], query: str, *binds: Any) -> list[tuple[Any, ...]]:
    return connection.execute(query, binds).fetchall()
