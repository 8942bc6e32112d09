"""1,319 real questions are explained by a provider that fails in every way it can, five times in a hundred."""

import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from services.emulator.faults import FaultKind
from tests.emulators import RunningEmulator, emulator_process
from tests.faults.ledger_books import assert_books_agree
from tests.harness import Harness, engine_on, step

pytestmark = pytest.mark.timeout(240)

QUESTIONS = 1319
SEED = 5
TABLE = """
create table question (
    id int primary key, question text not null, explanation text, explanation_status text not null default 'pending',
    explanation_generated_at timestamptz, explanation_error text)
"""
EXPLANATION = {
    "type": "object",
    "properties": {"steps": {"type": "array", "items": {"type": "string"}}, "answer": {"type": "number"}},
    "required": ["steps", "answer"],
    "additionalProperties": False,
}
WORDS = "Explain step by step how this is solved: "
BEGINNING = 75
"""Characters of a prompt by which its question is known, whatever error it was asked again with."""
MODELS = {"openai": "gpt-5-mini", "gemini": "gemini-3.5-flash"}


@pytest.fixture(scope="module")
def shared_emulator() -> Iterator[RunningEmulator]:
    with emulator_process() as emulator:
        yield emulator


@pytest.fixture
def emulator(shared_emulator: RunningEmulator, monkeypatch: pytest.MonkeyPatch) -> RunningEmulator:
    """An emulator whose jobs wait a moment before they are worked, so that one created twice can be cancelled."""
    shared_emulator.reset()
    shared_emulator.settings(validating_seconds=1.5, batch_seconds=0.5)
    for kind in FaultKind:
        shared_emulator.fault(kind, probability=0.05, seed=SEED, seconds=0.05)
    for name, value in shared_emulator.environment.items():
        monkeypatch.setenv(name, value)
    return shared_emulator


@pytest.fixture
async def harness(
    emulator: RunningEmulator, database_url: str, test_reader_url: str, tmp_path: Path
) -> AsyncIterator[Harness]:
    async with (
        engine_on(database_url, test_reader_url, storage=tmp_path / "storage") as harness,
        harness.engine.working(),
    ):
        yield harness


def explaining(provider: str, mode: str) -> dict[str, Any]:
    params = {
        "provider": provider,
        "model": MODELS[provider],
        "mode": mode,
        "template": WORDS + "{{ item.question }}",
        "schema": EXPLANATION,
        "table": "question",
        "concurrency": 40,
        "retrySeconds": 0.01,
        "poll": {"intervalSeconds": 0.1, "settleSeconds": 0.5, "deadlineHours": 0.003},
    }
    return step("explain", runner="explain", params=params)


def fill(connection: psycopg.Connection[Any], gsm8k: Path) -> None:
    connection.execute(TABLE)
    lines = gsm8k.read_text("utf-8").splitlines()
    with connection.cursor() as cursor, cursor.copy("copy question (id, question) from stdin") as copy:
        for number, line in enumerate(lines):
            copy.write_row((number, json.loads(line)["question"]))


def assert_every_question_has_its_end(connection: psycopg.Connection[Any]) -> None:
    statuses = dict(connection.execute("select explanation_status, count(*) from question group by 1").fetchall())
    assert statuses.keys() <= {"completed", "failed"}
    assert sum(statuses.values()) == QUESTIONS
    assert statuses["completed"] > 0.9 * QUESTIONS
    wrong = (
        "select id, explanation_status, explanation_error from question where case explanation_status"
        " when 'completed' then explanation is null or explanation_generated_at is null or explanation_error is not null"
        " else explanation_error is null or length(explanation_error) not between 1 and 500 end"
    )
    assert connection.execute(wrong).fetchall() == []


def bought(emulator: RunningEmulator) -> Counter[str]:
    """Return how many answers to each question were billed."""
    billed: Counter[str] = Counter()
    for entry in emulator.bill()["requests"]:
        billed[entry["prompt"][:BEGINNING]] += entry["times"]
    return billed


def failed(connection: psycopg.Connection[Any]) -> set[str]:
    """Return the questions without an explanation, as a bill shows them."""
    rows = connection.execute("select question from question where explanation_status = 'failed'").fetchall()
    return {f"{WORDS}{question}"[:BEGINNING] for (question,) in rows}


@pytest.mark.parametrize(("provider", "mode"), [("openai", "batch"), ("openai", "live"), ("gemini", "live")])
async def test_each_question_ends_completed_or_failed_with_a_reason_and_none_is_paid_again(
    harness: Harness,
    emulator: RunningEmulator,
    connection: psycopg.Connection[Any],
    gsm8k: Path,
    provider: str,
    mode: str,
) -> None:
    fill(connection, gsm8k)
    ended = await harness.run(explaining(provider, mode))
    assert ended.is_success, ended.error
    assert_every_question_has_its_end(connection)
    lost = assert_books_agree(connection, emulator)
    assert lost == 0 or provider == "gemini"

    before, unanswered = bought(emulator), failed(connection)
    emulator.clear_faults()
    connection.execute("update question set explanation_status = 'pending'")
    again = await harness.engine.run("pipeline")
    assert again.is_success, again.error
    assert_every_question_has_its_end(connection)
    assert set(bought(emulator) - before) <= unanswered
