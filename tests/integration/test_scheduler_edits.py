"""Edits, pauses and outages of a cron, at any moment: the past never fires, and no instant is without a row that says why."""

import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from engine.database import Connection
from engine.scheduler.schedule import Schedule
from engine.scheduler.tick import tick
from engine.schema import schema_sql
from tests.crons import Site

EDITED = "nothing had fired it when the cron was edited"
DISABLED = "the definition was disabled"


@asynccontextmanager
async def crons_beside(database_url: str) -> AsyncIterator[Site]:
    """The same site, on the connection of somebody else."""
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as connection:
        yield Site(connection)


class Interrupted:
    """A connection on which something happens between the two statements of a tick."""

    def __init__(self, connection: Connection, happens: Callable[[], Awaitable[None]]) -> None:
        self._connection = connection
        self._happens = happens
        self._looked = False

    async def execute(self, query: Any, binds: Any = None) -> Any:
        if self._looked:
            await self._happens()
        self._looked = True
        return await self._connection.execute(query, binds)


class TestBetweenLookingAndWriting:
    """A process looks, is slow or frozen for a while, and only then writes what it has decided."""

    @pytest.mark.parametrize(
        "columns", [{"cron": "*/30 * * * *"}, {"timezone": "Asia/Kolkata"}, {"enabled": False}], ids=str
    )
    async def test_an_edit_is_not_overwritten_and_what_was_due_is_missed(
        self, site: Site, columns: dict[str, Any]
    ) -> None:
        await site.define("2026-03-01 05:40")
        await site.tick("2026-03-01 05:41")
        await site.clock("2026-03-01 06:00:01")
        await tick(Interrupted(site.connection, lambda: site.edit("2026-03-01 06:00:02", **columns)))  # type: ignore[arg-type]
        assert await site.scheduled() == []
        await site.tick("2026-03-01 06:00:03")
        assert await site.outcomes() == {"01 06:00": "missed"}
        assert await site.reason("2026-03-01 06:00") == EDITED

    @pytest.mark.parametrize("columns", [{"cron": "*/30 * * * *"}, {"overlap": "allow"}, {"enabled": False}], ids=str)
    async def test_an_edit_is_not_overwritten_even_if_the_clock_goes_back(
        self, site: Site, columns: dict[str, Any]
    ) -> None:
        await site.define("2026-03-01 05:40")
        await site.tick("2026-03-01 05:50")
        await site.clock("2026-03-01 06:00:01")

        async def edit() -> None:
            await site.edit("2026-03-01 05:45", **columns)
            await site.clock("2026-03-01 06:00:02")

        await tick(Interrupted(site.connection, edit))  # type: ignore[arg-type]
        assert await site.scheduled() == []

    async def test_what_another_process_has_fired_is_not_fired_again(self, site: Site, database_url: str) -> None:
        await site.define("2026-03-01 05:40", overlap="allow")
        await site.clock("2026-03-01 06:00:01")

        async def other_ticks() -> None:
            async with crons_beside(database_url) as other:
                await other.tick("2026-03-01 06:00:02")

        await tick(Interrupted(site.connection, other_ticks))  # type: ignore[arg-type]
        assert await site.scheduled() == ["01 06:00"]
        assert await site.rows("select decided_at from batch_cron") == [(datetime(2026, 3, 1, 6, 0, 2, tzinfo=UTC),)]

    async def test_a_decision_that_has_become_old_is_made_anew(self, site: Site) -> None:
        await site.define("2026-03-01 05:40", misfire="none")
        await site.clock("2026-03-01 06:00:01")
        await tick(Interrupted(site.connection, lambda: site.clock("2026-03-01 06:30")))  # type: ignore[arg-type]
        assert await site.rows("select * from batch_cron_fire") == []
        await site.tick("2026-03-01 06:30")
        assert await site.outcomes() == {"01 06:00": "missed"}

    async def test_a_cron_that_another_process_writes_holds_up_no_other_cron(
        self, site: Site, database_url: str
    ) -> None:
        await site.define("2026-03-01 05:40")
        await site.define("2026-03-01 05:40", name="other")
        await site.clock("2026-03-01 06:00:01")
        async with await psycopg.AsyncConnection.connect(database_url) as holder:

            async def held() -> None:
                await holder.execute("select from batch_cron order by definition_id limit 1 for no key update")

            await tick(Interrupted(site.connection, held))  # type: ignore[arg-type]
            assert (await site.outcomes(), await site.outcomes("other")) == ({}, {"01 06:00": "fired"})
        await site.tick("2026-03-01 06:00:02")
        assert await site.outcomes() == {"01 06:00": "fired"}


async def test_an_edit_waits_for_a_tick_that_writes_and_neither_loses_nor_repeats_an_instant(
    site: Site, database_url: str
) -> None:
    await site.define("2026-03-01 05:40", overlap="allow")
    async with crons_beside(database_url) as editor:
        async with site.connection.transaction():
            await site.clock("2026-03-01 06:00:02")
            await tick(site.connection)
            await editor.clock("2026-03-01 06:00:01")
            await editor.connection.execute("set lock_timeout = '50ms'")
            with pytest.raises(psycopg.errors.LockNotAvailable):
                await editor.edit("2026-03-01 06:00:01", cron="*/30 * * * *")
        await editor.edit("2026-03-01 06:00:01", cron="*/30 * * * *")
    await site.tick("2026-03-01 06:00:03")
    assert await site.outcomes() == {"01 06:00": "fired"}
    await site.tick("2026-03-01 06:30")
    assert await site.scheduled() == ["01 06:00", "01 06:30"]


@pytest.mark.parametrize(
    "columns", [{"misfire": "latest"}, {"overlap": "queue"}, {"priority": 5}, {"cron": "0 * * * *"}], ids=str
)
async def test_an_edit_that_does_not_touch_the_cron_takes_no_instant_away(site: Site, columns: dict[str, Any]) -> None:
    await site.define("2026-03-01 05:40")
    await site.tick("2026-03-01 05:41")
    await site.edit("2026-03-01 06:00:01", **columns)
    await site.tick("2026-03-01 06:00:02")
    assert await site.outcomes() == {"01 06:00": "fired"}


@pytest.mark.parametrize("misfire", ["all", "latest", "none"])
async def test_enabling_again_fires_nothing_of_the_pause_whatever_misfire_says(site: Site, misfire: str) -> None:
    await site.define("2026-03-01 05:10", misfire=misfire)
    await site.edit("2026-03-01 05:20", enabled=False)
    await site.edit("2026-03-01 08:00:30", enabled=True)
    await site.tick("2026-03-01 08:00:31")
    assert await site.outcomes() == dict.fromkeys(["01 06:00", "01 07:00", "01 08:00"], "missed")
    assert await site.rows("select distinct reason from batch_cron_fire") == [(DISABLED,)]


async def test_a_cron_that_is_edited_while_disabled_accounts_for_the_old_one_up_to_then(site: Site) -> None:
    await site.define("2026-03-01 05:10")
    await site.edit("2026-03-01 05:20", enabled=False)
    await site.edit("2026-03-01 07:10", cron="30 * * * *")
    await site.edit("2026-03-01 08:40", enabled=True)
    await site.tick("2026-03-01 08:41")
    assert await site.outcomes() == dict.fromkeys(["01 06:00", "01 07:00", "01 07:30", "01 08:30"], "missed")


async def test_applying_the_schema_again_neither_fires_nor_loses_anything(site: Site) -> None:
    await site.define("2026-03-01 05:10")
    await site.tick("2026-03-01 05:11")
    before = await site.rows("select * from batch_cron")
    await site.connection.execute(schema_sql())
    assert await site.rows("select * from batch_cron") == before
    await site.tick("2026-03-01 06:00")
    assert await site.outcomes() == {"01 06:00": "fired"}


@pytest.mark.parametrize("cron", ["* * * * * *", "*/5 * * * * *", "0 0 6 * * 1"])
async def test_a_cron_with_seconds_is_refused(site: Site, cron: str) -> None:
    with pytest.raises(psycopg.DatabaseError, match="write five fields"):
        await site.define("2026-03-01 05:10", cron=cron)


@dataclass
class Model:
    """What must become of each instant: fired if somebody ticks before the next edit, missed if not, and why."""

    schedule: Schedule | None
    enabled: bool
    decided: datetime
    outcomes: dict[datetime, tuple[str, str | None]] = field(default_factory=dict)
    undecided: dict[datetime, tuple[str, str | None]] = field(default_factory=dict)

    def tick(self, now: datetime) -> None:
        if self.schedule and self.enabled:
            self.outcomes |= self._due(now, ("fired", None))
            self.decided = now
        self.outcomes |= self.undecided
        self.undecided = {}

    def edit(self, now: datetime, schedule: Schedule | None, *, enabled: bool) -> None:
        if (schedule, enabled) == (self.schedule, self.enabled):
            return
        self.undecided |= self._due(now, ("missed", EDITED if self.enabled else DISABLED))
        self.schedule, self.enabled, self.decided = schedule, enabled, now

    def _due(self, now: datetime, what: tuple[str, str | None]) -> dict[datetime, tuple[str, str | None]]:
        return dict.fromkeys(self.schedule.between(self.decided, now), what) if self.schedule else {}


CRONS = [None, "0 * * * *", "*/20 * * * *", "30 2 * * *", "*/7 1-3 * * *"]
TIMEZONES = ["UTC", "Europe/Berlin", "Australia/Lord_Howe"]
BEGIN = datetime(2026, 3, 28, 22, 0, tzinfo=UTC)
"""Three hours before the clocks of Berlin jump."""


@pytest.mark.parametrize("seed", range(12))
async def test_whatever_is_edited_and_whenever_somebody_ticks_each_instant_has_the_row_that_a_model_says(
    site: Site, seed: int
) -> None:
    draw = random.Random(seed)
    now = BEGIN
    model = Model(Schedule("*/20 * * * *", "UTC"), enabled=True, decided=now)
    await site.define(_text(now), cron="*/20 * * * *", overlap="allow", misfire="all")
    for _ in range(40):
        now += draw.choice([timedelta(0), timedelta(seconds=1), timedelta(minutes=draw.randrange(200))])
        if draw.random() < 0.5:
            await site.tick(_text(now))
            model.tick(now)
        else:
            cron, timezone, enabled = draw.choice(CRONS), draw.choice(TIMEZONES), draw.random() < 0.7
            await site.edit(_text(now), cron=cron, timezone=timezone, enabled=enabled)
            model.edit(now, Schedule(cron, timezone) if cron else None, enabled=enabled)
    await site.edit(_text(now), cron=None)
    model.edit(now, None, enabled=model.enabled)
    await site.tick(_text(now))
    model.tick(now)
    found = await site.rows("select fire_at, outcome, reason from batch_cron_fire")
    assert {fire_at.astimezone(UTC): (outcome, reason) for fire_at, outcome, reason in found} == model.outcomes
    assert len({outcome for outcome, _ in model.outcomes.values()}) == 2
    scheduled = await site.rows("select scheduled_at from batch_instance")
    assert sorted(row[0] for row in scheduled) == sorted(
        instant for instant, (outcome, _) in model.outcomes.items() if outcome == "fired"
    )


def _text(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"
