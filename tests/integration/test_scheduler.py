"""Crons on a real database whose clock stands where the test puts it: what fires, what does not, and the row that says why."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from engine.notifier import Notifier
from engine.scheduler.service import Scheduler
from engine.scheduler.tick import tick
from tests.crons import NEEDS_TOPIC, Site
from tests.harness import Harness, step


class TestFire:
    async def test_an_instant_fires_once_with_its_row_its_instance_and_the_time_it_was_due(self, site: Site) -> None:
        await site.define("2026-03-01 05:30")
        await site.tick("2026-03-01 05:59:59")
        assert await site.outcomes() == {}
        for _ in range(3):
            await site.tick("2026-03-01 06:00:02")
        found = await site.rows(
            "select f.outcome, f.reason, i.trigger, i.status, i.scheduled_at = f.fire_at"
            " from batch_cron_fire as f join batch_instance as i on i.id = f.batch_instance_id"
        )
        assert found == [("fired", None, "cron", "pending", True)]

    async def test_a_definition_without_a_cron_has_no_row(self, site: Site) -> None:
        await site.define("2026-03-01 05:30", cron=None)
        await site.tick("2026-03-01 07:00")
        assert await site.rows("select * from batch_cron") == []

    async def test_params_without_a_default_are_a_start_that_fails_with_the_reason(self, site: Site) -> None:
        await site.define("2026-03-01 05:30", params_schema=Jsonb(NEEDS_TOPIC))
        await site.define("2026-03-01 05:30", name="other")
        await site.tick("2026-03-01 06:00")
        assert await site.outcomes() == {"01 06:00": "failed_to_start"}
        assert await site.outcomes("other") == {"01 06:00": "fired"}
        assert "params.topic: is required" in await site.reason("2026-03-01 06:00")
        assert await site.scheduled() == ["01 06:00"]

    async def test_what_another_trigger_refuses_is_a_start_that_fails_too(self, site: Site) -> None:
        await site.define("2026-03-01 05:30")
        await site.connection.execute(
            "create function refuse() returns trigger language plpgsql as $$ begin raise 'not on a Sunday'; end $$;"
            "create trigger refuse before insert on batch_instance for each row execute function refuse()"
        )
        await site.tick("2026-03-01 06:00")
        assert await site.reason("2026-03-01 06:00") == "not on a Sunday"

    async def test_an_instant_that_has_its_row_is_not_fired_again_whoever_ticks(self, site: Site) -> None:
        await site.define("2026-03-01 05:30")
        await site.tick("2026-03-01 06:00")
        await site.connection.execute("update batch_cron set decided_at = '2026-03-01 05:30+00', upcoming = '{}'")
        await site.tick("2026-03-01 06:00:30")
        assert await site.scheduled() == ["01 06:00"]

    async def test_a_thousand_definitions_each_fire_once_in_one_go(self, site: Site) -> None:
        await site.clock("2026-03-01 05:59")
        await site.connection.execute(
            "alter table batch_definition disable trigger batch_definition_1_insert;"
            "insert into batch_definition (name, steps, cron)"
            " select 'd' || n, '[{\"key\": \"noop\"}]', '* * * * *' from generate_series(1, 1000) as n;"
            "alter table batch_definition enable trigger batch_definition_1_insert"
        )
        await site.tick("2026-03-01 06:00:01")
        found = await site.rows("select count(*), count(distinct definition_id) from batch_cron_fire")
        assert found == [(1000, 1000)]
        assert await site.rows("select count(*) from batch_instance") == [(1000,)]


class TestOutage:
    @pytest.mark.parametrize(
        ("misfire", "fired"),
        [("latest", ["01 09:00"]), ("none", []), ("all", ["01 06:00", "01 07:00", "01 08:00", "01 09:00"])],
    )
    async def test_a_restart_fires_what_misfire_says_and_writes_down_the_rest(
        self, site: Site, misfire: str, fired: list[str]
    ) -> None:
        await site.define("2026-03-01 05:00", misfire=misfire)
        await site.tick("2026-03-01 05:01")
        await site.tick("2026-03-01 09:30")
        outcomes = await site.outcomes()
        assert list(outcomes) == ["01 06:00", "01 07:00", "01 08:00", "01 09:00"]
        assert [at for at, outcome in outcomes.items() if outcome == "fired"] == fired == await site.scheduled()
        assert set(outcomes.values()) <= {"fired", "missed"}

    async def test_it_does_not_matter_what_time_zone_the_database_speaks(self, site: Site) -> None:
        await site.connection.execute("set timezone = 'Europe/Berlin'")
        await site.define("2026-10-24 20:30", misfire="all", timezone="America/New_York")
        await site.tick("2026-10-25 03:30")
        assert list(await site.outcomes()) == [
            "24 21:00", "24 22:00", "24 23:00", "25 00:00", "25 01:00", "25 02:00", "25 03:00",
        ]  # fmt: skip
        await site.edit("2026-10-25 03:40", enabled=False)
        await site.edit("2026-10-25 05:10", enabled=True)
        await site.tick("2026-10-25 05:20")
        assert list((await site.outcomes()).values())[-2:] == ["missed", "missed"]

    async def test_a_missed_instant_says_that_nobody_ticked(self, site: Site) -> None:
        await site.define("2026-03-01 05:00", misfire="none")
        await site.tick("2026-03-01 09:30")
        assert await site.reason("2026-03-01 06:00") == "nobody ticked when it was due (misfire: none)"

    async def test_the_latest_fires_before_a_month_of_minutes_is_written_down(self, site: Site) -> None:
        await site.define("2026-03-01 05:00", misfire="latest", cron="* * * * *")
        await site.clock("2026-03-03 05:00:30")
        assert await tick(site.connection) == 1
        assert await site.scheduled() == ["03 05:00"]
        await site.tick("2026-03-03 05:00:31")
        found = await site.rows("select outcome, count(*) from batch_cron_fire group by 1 order by 1")
        assert found == [("fired", 1), ("missed", 2879)]
        assert await site.rows("select * from batch_cron_gap") == []


class TestOverlap:
    async def test_skip_leaves_a_row_that_names_the_instance_in_the_way(self, site: Site) -> None:
        await site.define("2026-03-01 05:30", overlap="skip")
        await site.tick("2026-03-01 06:00")
        await site.tick("2026-03-01 07:00")
        await site.end_all()
        await site.tick("2026-03-01 08:00")
        assert await site.outcomes() == {"01 06:00": "fired", "01 07:00": "skipped_overlap", "01 08:00": "fired"}
        assert await site.reason("2026-03-01 07:00") == "instance 1 had not ended (overlap: skip)"

    @pytest.mark.parametrize("overlap", ["queue", "allow"])
    async def test_queue_and_allow_fire_whatever_is_live(self, site: Site, overlap: str) -> None:
        await site.define("2026-03-01 05:30", overlap=overlap)
        await site.tick("2026-03-01 06:00")
        await site.tick("2026-03-01 07:00")
        assert await site.scheduled() == ["01 06:00", "01 07:00"]

    @pytest.mark.parametrize(("overlap", "running"), [("queue", 1), ("skip", 1), ("allow", 3)])
    async def test_a_queued_instance_starts_when_the_one_before_has_ended(
        self, site: Site, idle: Harness, overlap: str, running: int
    ) -> None:
        await site.define("2026-03-01 05:30", overlap=overlap)
        await site.tick("2026-03-01 08:30")
        assert len(await site.scheduled()) == 3
        await idle.engine._orchestrator.start()
        query = "select id from batch_instance where status = 'running' order by id"
        assert len(await site.rows(query)) == running
        await site.connection.execute("select cancel_instance(1)")
        await idle.engine._orchestrator.start()
        assert (await site.rows(query))[0] == (2,)
        assert len(await site.rows(query)) == max(1, running - 1)

    async def test_a_run_by_hand_is_in_the_way_too(self, site: Site) -> None:
        await site.define("2026-03-01 05:30", overlap="skip")
        await site.connection.execute("select start_instance('daily')")
        await site.tick("2026-03-01 06:00")
        assert await site.outcomes() == {"01 06:00": "skipped_overlap"}


class TestEdit:
    @pytest.mark.parametrize("columns", [{"cron": "*/30 * * * *"}, {"timezone": "Asia/Kolkata"}])
    async def test_an_edit_never_fires_the_past(self, site: Site, columns: dict[str, str]) -> None:
        await site.define("2026-03-01 05:10")
        await site.edit("2026-03-01 09:10", **columns)
        await site.tick("2026-03-01 09:20")
        assert await site.scheduled() == []
        await site.tick("2026-03-01 09:30")
        assert await site.scheduled() == ["01 09:30"]

    async def test_what_was_due_before_an_edit_says_that_it_was_missed_by_it(self, site: Site) -> None:
        await site.define("2026-03-01 05:10")
        await site.edit("2026-03-01 07:10", cron="0 0 * * *")
        await site.tick("2026-03-01 07:11")
        assert await site.outcomes() == {"01 06:00": "missed", "01 07:00": "missed"}
        assert await site.reason("2026-03-01 06:00") == "nothing had fired it when the cron was edited"

    async def test_while_disabled_nothing_fires_and_enabling_writes_down_why(self, site: Site) -> None:
        await site.define("2026-03-01 05:10")
        await site.edit("2026-03-01 05:20", enabled=False)
        await site.tick("2026-03-01 07:30")
        assert await site.outcomes() == {}
        await site.edit("2026-03-01 07:40", enabled=True)
        await site.tick("2026-03-01 08:00")
        assert await site.outcomes() == {"01 06:00": "missed", "01 07:00": "missed", "01 08:00": "fired"}
        assert await site.reason("2026-03-01 06:00") == "the definition was disabled"

    async def test_a_cron_that_is_removed_fires_no_more(self, site: Site) -> None:
        await site.define("2026-03-01 05:10")
        await site.edit("2026-03-01 07:10", cron=None)
        await site.tick("2026-03-01 09:10")
        assert await site.outcomes() == {"01 06:00": "missed", "01 07:00": "missed"}
        assert await site.rows("select * from batch_cron") == []

    async def test_an_edit_of_the_steps_loses_no_instant_and_fires_the_new_version(self, site: Site) -> None:
        await site.define("2026-03-01 05:10")
        await site.edit("2026-03-01 06:00:01", steps=Jsonb([{"key": "other", "runner": "noop"}]))
        await site.tick("2026-03-01 06:00:02")
        assert await site.rows("select version, scheduled_at is not null from batch_instance") == [(2, True)]

    async def test_an_edit_that_is_not_committed_yet_holds_up_nobody_else(self, site: Site, database_url: str) -> None:
        await site.define("2026-03-01 05:10")
        await site.define("2026-03-01 05:10", name="other")
        async with await psycopg.AsyncConnection.connect(database_url) as editor:
            await editor.execute("select set_config('batchdag.clock', '2026-03-01 05:50+00', false)")
            await editor.execute("update batch_definition set cron = '5 6 * * *' where name = 'daily'")
            await site.tick("2026-03-01 06:00")
            assert (await site.outcomes(), await site.outcomes("other")) == ({}, {"01 06:00": "fired"})
            await editor.commit()
        await site.tick("2026-03-01 06:05")
        assert await site.outcomes() == {"01 06:05": "fired"}

    async def test_a_cron_that_the_engine_cannot_use_is_shown_and_holds_up_nobody_else(self, site: Site) -> None:
        await site.define("2026-03-01 05:10")
        await site.connection.execute("alter table batch_definition disable trigger batch_definition_1_update")
        await site.edit("2026-03-01 05:20", cron="61 * * * *")
        await site.define("2026-03-01 05:30", name="other")
        await site.tick("2026-03-01 06:00")
        found = await site.rows("select definition, reason from batch_cron_calendar where outcome = 'unusable'")
        assert found == [("daily", '"61 * * * *": bad minute, or none that comes')]
        assert await site.outcomes("other") == {"01 06:00": "fired"}
        await site.edit("2026-03-01 06:10", cron="0 * * * *")
        await site.tick("2026-03-01 07:00")
        assert (await site.outcomes())["01 07:00"] == "fired"


class TestCalendar:
    async def test_it_shows_the_past_with_its_instances_and_the_next_five(self, site: Site) -> None:
        await site.define("2026-03-28 05:30", cron="30 2 * * *", timezone="Europe/Berlin")
        await site.tick("2026-03-29 01:00")
        found = await site.rows(
            "select outcome, local_time::text, status from batch_cron_calendar order by fire_at limit 3"
        )
        assert found == [
            ("fired", "2026-03-29 03:00:00", "pending"),
            ("planned", "2026-03-30 02:30:00", None),
            ("planned", "2026-03-31 02:30:00", None),
        ]
        assert await site.rows("select count(*) from batch_cron_calendar where outcome = 'planned'") == [(5,)]

    async def test_an_instant_that_nobody_has_looked_at_is_shown_as_due(self, site: Site) -> None:
        await site.define("2026-03-01 05:30")
        await site.tick("2026-03-01 05:31")
        await site.clock("2026-03-01 06:10")
        found = await site.rows("select outcome, reason from batch_cron_calendar order by fire_at limit 1")
        assert found == [("due", "no scheduler has looked since; start one with batchdag worker")]

    async def test_a_disabled_cron_plans_nothing(self, site: Site) -> None:
        await site.define("2026-03-01 05:30")
        await site.tick("2026-03-01 05:31")
        await site.edit("2026-03-01 05:32", enabled=False)
        assert await site.rows("select * from batch_cron_calendar") == []


MOVED_CLOCK = """
create or replace function clock_now() returns timestamptz language sql stable parallel safe
return statement_timestamp() + interval '{seconds} s'
"""


def _a_second_before_the_minute(connection: psycopg.Connection[Any]) -> None:
    """Move the database's clock ahead of this machine's: to a second before the next minute."""
    into = datetime.now(UTC).timestamp() % 60
    connection.execute(MOVED_CLOCK.format(seconds=600 + 59 - into))


async def _until(idle: Harness, query: str, *, within: float) -> None:
    """Return once the query answers true; it is asked again and again, for a scheduler tells nobody what it has done."""
    async with asyncio.timeout(within):
        while not (await idle.rows(query))[0][0]:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


class TestService:
    async def test_a_working_engine_fires_by_the_clock_of_the_database(
        self, connection: psycopg.Connection[Any], idle: Harness
    ) -> None:
        await idle.define(step("a"), cron="* * * * *")
        _a_second_before_the_minute(connection)
        connection.execute("update batch_cron set decided_at = clock_now(), upcoming = '{}'")
        async with idle.engine.working():
            await _until(idle, "select exists (select from batch_instance where status = 'succeeded')", within=20)
        late = await idle.rows(
            "select extract(epoch from late)::float from batch_cron_calendar where outcome = 'fired'"
        )
        assert 0 <= late[0][0] < 1

    async def test_an_edit_is_known_to_a_scheduler_within_a_second(self, idle: Harness) -> None:
        notifier = Notifier(idle.engine.database)
        await notifier.start()
        scheduler = Scheduler(idle.engine.database, notifier)
        await scheduler.start()
        await idle.define(step("a"))
        await idle.rows("update batch_definition set cron = '0 6 * * *' returning id")
        await _until(idle, "select count(*) = 5 from batch_cron_calendar", within=1)
        await scheduler.stop()
        await notifier.stop()

    async def test_with_the_setting_off_a_process_works_and_fires_nothing(self, idle: Harness) -> None:
        idle.engine.settings.scheduler = False
        await idle.define(step("a"), cron="* * * * *")
        async with idle.engine.working():
            await idle.engine.run("pipeline")
        assert await idle.rows("select upcoming from batch_cron") == [([],)]
