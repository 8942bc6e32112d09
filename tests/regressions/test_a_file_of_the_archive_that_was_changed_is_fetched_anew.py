"""The sha256 of what was sent and of what came back was once kept in the ledger and never compared with the files."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from runners.generation.archive import Archive, Kept
from tests.emulators import RunningEmulator, running_emulator
from tests.faults.ledger_books import assert_bought_once
from tests.generating import answers, generating
from tests.harness import Harness, engine_on

PATIENCE = {"intervalSeconds": 0.05, "settleSeconds": 0.2, "deadlineHours": 0.0003}


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningEmulator]:
    with running_emulator(batch_seconds=0.05) as emulator:
        for name, value in emulator.environment.items():
            monkeypatch.setenv(name, value)
        yield emulator


@pytest.fixture
async def harness(
    emulator: RunningEmulator, database_url: str, test_reader_url: str, tmp_path: Path
) -> AsyncIterator[Harness]:
    async with engine_on(database_url, test_reader_url, storage=tmp_path) as harness, harness.engine.working():
        yield harness


def damage_once(monkeypatch: pytest.MonkeyPatch, name: str, *, and_then: Callable[[], Any] = lambda: None) -> None:
    """Let the first file of this name be cut in its middle, right after it was written."""
    save, damaged = Archive.save, []

    async def saved(archive: Archive, path: str, blocks: AsyncIterator[bytes]) -> Kept:
        kept = await save(archive, path, blocks)
        if path.endswith(name) and not damaged:
            damaged.append(path)
            kept.path.write_bytes(kept.path.read_bytes()[: kept.bytes // 2])
            and_then()
        return kept

    monkeypatch.setattr(Archive, "save", saved)


@pytest.mark.parametrize("name", ["input.jsonl", "output-1.jsonl"])
async def test_it_is_put_aside_and_made_or_downloaded_again(
    harness: Harness,
    emulator: RunningEmulator,
    connection: psycopg.Connection[Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    name: str,
) -> None:
    damage_once(monkeypatch, name)
    ended = await harness.run(*generating(8, provider="openai", poll=PATIENCE))
    assert ended.is_success, ended.error
    assert len(await answers(harness, ended.instance_id)) == 8
    assert_bought_once(connection, emulator)
    assert emulator.calls()["openai.files.content"] == (2 if name.startswith("output") else 1)
    assert len(await asyncio.to_thread(lambda: list(tmp_path.glob(f"*/{name}.damaged-*")))) == 1
    assert "ledger.file_damaged" in caplog.text


async def test_what_the_provider_does_not_have_any_more_is_counted_as_lost_with_the_reason(
    harness: Harness, emulator: RunningEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = {"route": "openai.files.content", "probability": 1}
    damage_once(monkeypatch, "output-1.jsonl", and_then=lambda: emulator.fault("file_expired", **gone))
    ended = await harness.run(*generating(4, provider="openai", poll=PATIENCE, maxTries=1, tolerate={"percent": 100}))
    assert ended.is_success, ended.error
    [(lost, error)] = await harness.rows("select lost_replies, error from provider_batch")
    assert lost == 4
    assert "output-1.jsonl is not in the storage folder as it was downloaded before; openai: could not" in error
