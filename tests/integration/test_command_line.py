"""The command line: what it refuses, and what it says to people and to programs."""

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.typing_commands import Type, typed

Sql = psycopg.Connection[Any]

WORDS = {"name": "words", "steps": [{"key": "collect", "params": {"items": [{"n": 1}, {"n": 2}]}}]}


@pytest.fixture
def command(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Type:
    """Type ``batchdag`` and these words in an empty folder, beside a definition ``words`` that has one step."""
    monkeypatch.setenv("BATCHDAG_DATABASE_URL", database_url)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "words.json").write_text(json.dumps(WORDS))
    assert typed("apply", "words.json").exit_code == 0
    return typed


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("rehearse", "nope"), id="rehearse"),
        pytest.param(("rehearse", "words", "--step", "nope", "--using", "1"), id="rehearse a step"),
        pytest.param(("retry", "1"), id="retry"),
        pytest.param(("run", "nope"), id="run"),
    ],
)
def test_a_command_that_is_refused_takes_up_nothing_of_others(
    command: Type, connection: Sql, words: tuple[str, ...]
) -> None:
    connection.execute("select start_instance('words', '{}')")
    assert command(*words).exit_code == 1
    assert connection.execute("select status from batch_instance").fetchall() == [("pending",)]


def test_a_run_takes_up_what_others_wait_for_once_it_has_work_of_its_own(command: Type, connection: Sql) -> None:
    connection.execute("select start_instance('words', '{}')")
    assert command("run", "words").exit_code == 0
    [(own,)] = connection.execute("select status from batch_instance where id = 2").fetchall()
    [(others,)] = connection.execute("select status from batch_instance where id = 1").fetchall()
    assert own == "succeeded"
    assert others != "pending"
