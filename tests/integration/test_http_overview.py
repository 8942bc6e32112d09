"""The list of definitions: how each has run of late, and what that has cost."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.harness import Harness, step
from tests.purchases import buy
from tests.serving import Served, served_on


@pytest.fixture
async def served(idle: Harness) -> AsyncIterator[Served]:
    async with served_on(idle) as running:
        yield running


async def listed(served: Served) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in (await served.viewer.get("/definitions")).json()["data"]}


async def test_a_definition_that_never_ran_has_no_runs_and_has_cost_nothing(served: Served) -> None:
    await served.harness.define(step("a", "b"), step("b"), name="idle", budget_usd=2.5)
    row = (await listed(served))["idle"]
    assert (row["steps"], row["last_runs"], row["running"]) == (2, [], 0)
    assert (float(row["spent_30d_usd"]), row["simulated_30d_usd"], row["budget_usd"]) == (0, "0", "2.5000")


async def test_the_newest_twenty_runs_come_oldest_first_with_how_they_ended(served: Served) -> None:
    await served.harness.define(step("a"), name="busy")
    await served.harness.define(step("a"), name="other")
    ids = [await served.harness.engine.start("busy") for _ in range(22)]
    await served.harness.engine.cancel(ids[-1])
    rows = await listed(served)
    runs = rows["busy"]["last_runs"]
    assert [run["id"] for run in runs] == ids[2:]
    assert (runs[-1]["status"], runs[0]["status"], runs[0]["duration"]) == ("cancelled", "pending", None)
    assert (rows["busy"]["running"], rows["other"]["running"], rows["other"]["last_runs"]) == (21, 0, [])


async def test_a_run_that_has_ended_says_how_long_it_took(served: Served) -> None:
    await served.harness.define(step("a"), name="quick")
    async with served.harness.engine.working():
        await served.harness.engine.run("quick")
    row = (await listed(served))["quick"]
    (run,) = row["last_runs"]
    assert run["status"] == "succeeded"
    assert 0 <= run["duration"] < 60
    assert row["running"] == 0


async def test_rehearsals_are_neither_runs_nor_cost(served: Served) -> None:
    await served.harness.define(step("a"), name="tried")
    rehearsal = await served.harness.engine.rehearse("tried")
    await buy(served.harness, rehearsal, "a", usd="3", is_simulated=True)
    row = (await listed(served))["tried"]
    assert (row["last_runs"], row["running"], row["simulated_30d_usd"]) == ([], 0, "0")


async def test_the_cost_is_that_of_the_jobs_of_thirty_days_and_simulated_money_is_told_apart(served: Served) -> None:
    await served.harness.define(step("a"), name="paid")
    first, second = [await served.harness.engine.start("paid") for _ in range(2)]
    await buy(served.harness, first, "a", usd="1.25", days_ago=29)
    await buy(served.harness, second, "a", usd="0.5")
    await buy(served.harness, first, "a", usd="70", days_ago=31)
    await buy(served.harness, second, "a", usd="0.125", is_simulated=True)
    row = (await listed(served))["paid"]
    assert (float(row["spent_30d_usd"]), float(row["simulated_30d_usd"])) == (1.75, 0.125)
