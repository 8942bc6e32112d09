"""An instance whose requests another one has open once made an empty job at every look, and never rested."""

import asyncio
from pathlib import Path

import pytest

from tests.generating import answers, generating, jobs
from tests.harness import engine_on


async def test_two_instances_with_the_same_requests_make_one_job_and_both_get_the_answers(
    database_url: str, test_reader_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BATCHDAG_SIMULATED_SECONDS", "2")
    async with engine_on(database_url, test_reader_url, storage=tmp_path) as harness:
        await harness.define(*generating(30))
        async with harness.engine.working():
            both = await asyncio.gather(harness.engine.run("pipeline"), harness.engine.run("pipeline"))
        assert [ended.is_success for ended in both] == [True, True]
        assert await jobs(harness, "state, items") == [("ingested", 30)]
        first, second = [await answers(harness, ended.instance_id) for ended in both]
        assert len(first) == 30
        assert first == second
