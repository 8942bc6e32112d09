"""Every look at a job once went through all items that wait for it, which took seconds for a million of them."""

from pathlib import Path

import pytest

from runners.generation.plan import Planned, Planner
from tests.generating import answers, generating
from tests.harness import engine_on


async def test_the_plan_is_made_once_however_often_the_job_is_looked_at(
    database_url: str, test_reader_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BATCHDAG_SIMULATED_SECONDS", "1")
    plan, planned = Planner.plan, []

    async def counted(planner: Planner) -> Planned:
        made = await plan(planner)
        planned.append(made)
        return made

    monkeypatch.setattr(Planner, "plan", counted)
    async with engine_on(database_url, test_reader_url, storage=tmp_path) as harness, harness.engine.working():
        ended = await harness.run(*generating(30))
        assert len(await answers(harness, ended.instance_id)) == 30
        assert (await harness.rows("select snoozes > 5 from batch_step where step_key = 'generate'")) == [(True,)]
    assert planned == [Planned(asked=30), Planned()], "once at first, and once when all are answered"
