"""The operator's checklist: each question, on both sides of its threshold, and where the figures come from."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest

from engine.queue import Load, QueueState
from services.http.checklist import checklist
from services.http.settings import HttpSettings
from tests.harness import Harness, step
from tests.serving import Served, served_on

NAMES = ["queue", "stuck", "failures", "answers", "calls", "money"]
EMPTY = {"due": 0, "later": 0, "running": 0, "workers": 0, "overdue": 0, "pending_instances": 0, "running_instances": 0}
QUIET = {
    "ended": 0, "failed": 0, "calls": 0, "cost_usd": Decimal(0), "failed_calls": 0, "answered_calls": 0, "late_jobs": 0,
}  # fmt: skip
JOB = """
insert into provider_batch (intent, batch_instance_id, step_id, step_key, build, attempt, provider, model, mode, state,
    request, terms, items, succeeded, failed, dead, cost_usd, provider_job, created_at, deadline_at, finished_at)
values (gen_random_uuid()::text, 1, 1, 'a', 1, 1, 'openai', 'small', %s, %s, '{}', '{}', 100, %s, %s, 0, %s, 'job',
    clock_now() - make_interval(mins => %s), clock_now() + make_interval(mins => %s),
    case when %s then clock_now() end)
returning id
"""


@pytest.fixture
async def served(idle: Harness) -> AsyncIterator[Served]:
    async with served_on(idle) as running:
        yield running


async def checks(served: Served) -> dict[str, dict[str, Any]]:
    answer = (await served.viewer.get("/monitoring")).json()
    assert answer["ok"] == all(check["ok"] for check in answer["checks"])
    return {check["name"]: check for check in answer["checks"]}


async def bought(
    served: Served,
    *,
    mode: str = "live",
    is_open: bool = False,
    failed: int = 0,
    usd: float = 0,
    minutes_ago: int = 1,
    deadline_in: int = 60,
) -> None:
    """A job of 100 calls."""
    state = "submitted" if is_open else "ingested"
    async with served.harness.engine.database.transaction() as connection:
        await connection.execute("set local session_replication_role = replica")
        counts = (0, 0) if is_open else (100 - failed, failed)
        await connection.execute(JOB, (mode, state, *counts, usd, minutes_ago, deadline_in, not is_open))


@pytest.mark.parametrize(
    ("state", "load", "settings", "bad"),
    [
        ({}, {}, {}, []),
        ({"due": 99}, {}, {}, []),
        ({"due": 100}, {}, {}, ["queue"]),
        ({"due": 60, "pending_instances": 40}, {}, {}, ["queue"]),
        ({"due": 5}, {}, {"queue_limit": 5}, ["queue"]),
        ({"later": 1_000, "running": 1_000}, {}, {}, []),
        ({}, {"late_jobs": 1}, {}, ["stuck"]),
        ({}, {"ended": 100, "failed": 9}, {}, []),
        ({}, {"ended": 100, "failed": 10}, {}, ["failures"]),
        ({}, {"ended": 100, "failed": 10}, {"failure_percent": 20}, []),
        ({}, {"answered_calls": 1_000, "failed_calls": 99}, {}, []),
        ({}, {"answered_calls": 1_000, "failed_calls": 100}, {}, ["answers"]),
        ({}, {"calls": 100_000}, {}, []),
        ({}, {"calls": 100_001}, {}, ["calls"]),
        ({}, {"calls": 11}, {"calls_per_day": 10}, ["calls"]),
        ({}, {"cost_usd": Decimal("1e6")}, {}, []),
        ({}, {"cost_usd": Decimal("5.01")}, {"usd_per_day": 5}, ["money"]),
        ({"due": 100}, {"ended": 1, "failed": 1, "late_jobs": 2}, {}, ["queue", "stuck", "failures"]),
    ],
)
def test_each_question_is_answered_by_its_own_threshold(
    state: dict[str, Any], load: dict[str, Any], settings: dict[str, Any], bad: list[str]
) -> None:
    shown = checklist(
        QueueState(oldest_due_at=None, oldest_started_at=None, **(EMPTY | state)),
        Load(**(QUIET | load)),
        HttpSettings(**settings),
    )
    assert [check.name for check in shown] == NAMES
    assert [check.name for check in shown if not check.ok] == bad
    for check in shown:
        said = check.question + check.words
        assert all(
            f"{figure:.4f}" in said or f"{figure:g}" in said or f"{figure:.0f}" in said
            for figure in check.figures.values()
        )


async def test_everything_is_well_where_nothing_has_happened(served: Served) -> None:
    assert list(await checks(served)) == NAMES
    assert all(check["ok"] and check["value"] == 0 for check in (await checks(served)).values())


async def test_instances_that_have_not_begun_are_in_the_queue(idle: Harness) -> None:
    async with served_on(idle, queue_limit=2) as served:
        await idle.define(step("a"))
        for expected in (True, False):
            await idle.engine.start("pipeline")
            assert (await checks(served))["queue"]["ok"] is expected


async def test_a_live_call_open_for_over_half_an_hour_is_stuck_and_a_batch_job_may_take_until_its_deadline(
    served: Served,
) -> None:
    await bought(served, is_open=True, minutes_ago=29)
    await bought(served, mode="batch", is_open=True, minutes_ago=1_000)
    assert (await checks(served))["stuck"]["ok"]
    await bought(served, mode="batch", is_open=True, minutes_ago=1_000, deadline_in=-1)
    await bought(served, is_open=True, minutes_ago=31)
    stuck = (await checks(served))["stuck"]
    assert (stuck["ok"], stuck["value"]) == (False, 2)


async def test_calls_their_cost_and_what_was_no_use_are_those_of_24_hours(idle: Harness) -> None:
    async with served_on(idle, usd_per_day=1, calls_per_day=150) as served:
        await bought(served, failed=100, usd=100, minutes_ago=25 * 60)
        assert all(check["ok"] for check in (await checks(served)).values())
        await bought(served, failed=9, usd=0.5)
        assert all(check["ok"] for check in (await checks(served)).values())
        await bought(served, failed=11, usd=0.6)
        shown = await checks(served)
        assert [name for name, check in shown.items() if not check["ok"]] == ["answers", "calls", "money"]
        assert (shown["answers"]["value"], shown["calls"]["value"], shown["money"]["value"]) == (10, 200, 1.1)


async def test_failures_are_those_of_the_window(working: Harness) -> None:
    async with served_on(working) as served:
        await working.run(step("a", params={"failTimes": 9}, retry={"maxAttempts": 1}))
        shown = (await checks(served))["failures"]
        assert (shown["ok"], shown["value"]) == (False, 100)
        await served.rows("update batch_instance set finished_at = clock_now() - interval '61 minutes' returning id")
        assert (await checks(served))["failures"]["ok"]
