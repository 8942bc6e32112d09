"""Backfilling by hand: what has not fired is fired, in order, and nothing twice."""

import json
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from engine.catalog import UnknownDefinition
from engine.cli import backfill as command
from engine.database import Database
from engine.scheduler.backfill import BackfillRefused, Instant, backfill, find_target, instants, plan
from tests.crons import NEEDS_TOPIC, Site
from tests.harness import Harness


@pytest.fixture
async def past(site: Site, database: Database) -> Site:
    """Six in the morning has fired; seven and eight were missed."""
    await site.define("2024-03-01 05:30", misfire="none")
    await site.tick("2024-03-01 06:00")
    await site.tick("2024-03-01 08:30")
    return site


async def run(database: Database, start: str, end: str) -> list[Instant]:
    target = await find_target(database, "daily")
    return await backfill(database, target, instants(target, start=start, end=end))


async def test_it_starts_in_order_what_has_not_fired(past: Site, database: Database) -> None:
    fired = await run(database, "2024-03-01T04:00", "2024-03-01T08:00")
    assert [(instant.fire_at.hour, instant.outcome) for instant in fired] == [
        (4, "fired"),
        (5, "fired"),
        (7, "fired"),
        (8, "fired"),
    ]
    assert await past.scheduled() == ["01 06:00", "01 04:00", "01 05:00", "01 07:00", "01 08:00"]
    assert await past.reason("2024-03-01 07:00") == (
        "backfilled; before, it was missed: nobody ticked when it was due (misfire: none)"
    )


async def test_asked_again_it_fires_nothing(past: Site, database: Database) -> None:
    await run(database, "2024-03-01", "2024-03-01")
    before = await past.scheduled()
    assert await run(database, "2024-03-01", "2024-03-01") == []
    assert await past.scheduled() == before
    assert len(before) == 24


async def test_a_plan_changes_nothing(past: Site, database: Database) -> None:
    target = await find_target(database, "daily")
    known = await plan(database, target, instants(target, start="2024-03-01T05:00", end="2024-03-01T07:00"))
    assert [instant.outcome for instant in known] == [None, "fired", "missed"]
    assert await past.scheduled() == ["01 06:00"]


async def test_max_active_holds_for_what_is_backfilled(past: Site, database: Database, idle: Harness) -> None:
    await past.connection.execute("update batch_definition set overlap = 'allow', max_active = 2")
    await run(database, "2024-03-01", "2024-03-01")
    await idle.engine._orchestrator.start()
    running = await past.rows("select id from batch_instance where status = 'running' order by id")
    assert running == [(1,), (2,)]


async def test_what_cannot_start_says_why(past: Site, database: Database) -> None:
    await past.edit("2024-03-01 08:40", params_schema=Jsonb(NEEDS_TOPIC))
    (fired,) = await run(database, "2024-03-01T07:00", "2024-03-01T07:00")
    assert fired.outcome == "failed_to_start"
    assert "params.topic: is required" in (fired.reason or "")


@pytest.mark.parametrize(
    ("start", "end", "says"),
    [
        ("2024-03-02", "2024-03-01", "empty"),
        ("2126-03-01", "2126-03-01", "still to come"),
        ("yesterday", "2024-03-01", "is not a time"),
        ("2000-01-01", "2024-03-01", "more than 10000 instants"),
    ],
)
async def test_a_span_that_makes_no_sense_is_refused(
    past: Site, database: Database, start: str, end: str, says: str
) -> None:
    with pytest.raises(BackfillRefused, match=says):
        await run(database, start, end)


async def test_a_definition_must_exist_and_have_a_cron(past: Site, database: Database) -> None:
    with pytest.raises(UnknownDefinition):
        await find_target(database, "dayly")
    await past.edit("2024-03-01 08:40", cron=None)
    with pytest.raises(BackfillRefused, match="has no cron"):
        await find_target(database, "daily")


async def test_a_day_is_the_whole_day_on_the_wall_clock_of_the_cron(past: Site, database: Database) -> None:
    await past.edit("2024-03-01 08:40", timezone="Asia/Seoul")
    target = await find_target(database, "daily")
    found = instants(target, start="2024-02-28", end="2024-02-28")
    assert (len(found), found[0]) == (24, datetime(2024, 2, 27, 15, tzinfo=UTC))


def test_the_command_lists_first_and_then_fires(
    connection: psycopg.Connection[Any],
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("BATCHDAG_DATABASE_URL", database_url)
    monkeypatch.setenv("COLUMNS", "200")
    connection.execute("insert into batch_runner (name, version, params_schema) values ('noop', '1', '{}')")
    connection.execute(
        "insert into batch_definition (name, steps, cron, timezone)"
        " values ('daily', '[{\"key\": \"noop\"}]', '30 2 * * *', 'Europe/Berlin')"
    )
    span = {"start": "2024-03-30", "end": "2024-04-01"}
    command.run("daily", **span, dry_run=True, as_json=False)
    listed = capsys.readouterr()
    assert [line.strip() for line in listed.out.splitlines()[1:]] == [
        "2024-03-30 02:30",
        "2024-03-31 03:00",
        "2024-04-01 02:30",
    ]
    assert "3 would be fired, 0 have been" in listed.err
    assert connection.execute("select count(*) from batch_instance").fetchall() == [(0,)]
    command.run("daily", **span, dry_run=False, as_json=True)
    fired = json.loads(capsys.readouterr().out)
    assert [(row["outcome"], row["instance"]) for row in fired] == [("fired", 1), ("fired", 2), ("fired", 3)]
    command.run("daily", **span, dry_run=False, as_json=True)
    assert json.loads(capsys.readouterr().out) == []
