"""Vertex's output has neither ids nor an order. Lines were once matched by their label alone, whatever they answered."""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from runners.providers.vertex import Vertex
from tests.emulators import RunningEmulator, running_emulator
from tests.generating import answers, generating
from tests.harness import Harness, engine_on

VERTEX = {"provider": "vertex", "model": "gemini-3.5-flash"}
Lines = list[dict[str, Any]]
LOST = "select items, failed, lost_replies from provider_batch order by id"


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
    for number in range(6):
        emulator.answer(f"word{number}.", json.dumps({"word": f"word{number}", "level": 1}))
    async with engine_on(database_url, test_reader_url, storage=tmp_path) as harness, harness.engine.working():
        yield harness


def rewrite_first_output(monkeypatch: pytest.MonkeyPatch, change: Callable[[Lines], None]) -> None:
    """Let the first output that is downloaded come changed."""
    fetch, seen = Vertex.fetch, []

    async def changed(provider: Vertex, output: str) -> AsyncIterator[bytes]:
        content = b"".join([block async for block in fetch(provider, output)])
        lines = [json.loads(line) for line in content.splitlines()]
        if not seen:
            change(lines)
        seen.append(output)
        yield b"".join(json.dumps(line).encode() + b"\n" for line in lines)

    monkeypatch.setattr(Vertex, "fetch", changed)


def swap_labels(lines: Lines) -> None:
    first, second = lines[0]["request"], lines[1]["request"]
    first["labels"], second["labels"] = second["labels"], first["labels"]


def drop_labels(lines: Lines) -> None:
    for line in lines:
        del line["request"]["labels"]


def write_in_another_way(lines: Lines) -> None:
    """As the API may write what it was sent: other fields, nulls, another order."""
    for line in lines:
        request = line["request"]
        request["contents"][0]["parts"] = [{"fileData": None, "text": request["contents"][0]["parts"][0]["text"]}]
        line["request"] = {**dict(reversed(request.items())), "generationConfig": {"maxOutputTokens": 1024.0}}


async def test_lines_with_swapped_keys_are_refused_and_asked_for_again(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    rewrite_first_output(monkeypatch, swap_labels)
    ended = await harness.run(*generating(6, **VERTEX))
    assert ended.is_success, ended.error
    assert [(one["n"], one["word"]) for one in await answers(harness, ended.instance_id)] == [
        (number, f"word{number}") for number in range(6)
    ]
    assert await harness.rows(LOST) == [(6, 2, 2), (2, 0, 0)]


@pytest.mark.parametrize("change", [drop_labels, write_in_another_way], ids=["without labels", "written anew"])
async def test_lines_are_matched_by_their_words_and_none_is_bought_again(
    harness: Harness, monkeypatch: pytest.MonkeyPatch, change: Callable[[Lines], None]
) -> None:
    rewrite_first_output(monkeypatch, change)
    ended = await harness.run(*generating(6, **VERTEX))
    assert ended.is_success, ended.error
    assert [one["word"] for one in await answers(harness, ended.instance_id)] == [f"word{n}" for n in range(6)]
    assert await harness.rows(LOST) == [(6, 0, 0)]
