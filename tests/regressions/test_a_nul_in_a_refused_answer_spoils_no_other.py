"""PostgreSQL refuses NUL in text; an error that quoted such an answer once kept a whole job from being taken in."""

from pathlib import Path

import pytest

from tests.emulators import running_emulator
from tests.generating import answers, generating
from tests.harness import engine_on


async def test_the_others_are_taken_in(
    database_url: str, test_reader_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_emulator(batch_seconds=0.05) as emulator:
        for name, value in emulator.environment.items():
            monkeypatch.setenv(name, value)
        emulator.answer("word1.", "no\x00thing")
        async with engine_on(database_url, test_reader_url, storage=tmp_path) as harness, harness.engine.working():
            ended = await harness.run(*generating(3, provider="openai", maxTries=1))
            assert ended.is_success, ended.error
            assert [one["n"] for one in await answers(harness, ended.instance_id)] == [0, 2]
            assert await harness.rows("select state from batch_item where error like %s", "not_json%") == [("dead",)]
