"""Shards that failed and were tolerated: whoever runs, shows or lists the step is told what was lost."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.typing_commands import Type

BY_ITEMS = {"over": "collect", "chunk": 2, "tolerate": {"count": 1}}
BY_VALUES = {"over": "['1.jsonl', '2.jsonl', 'lost.jsonl', '4.jsonl', '5.jsonl']", "chunk": 1, "tolerate": {"count": 1}}
ITEMS = [{"n": n} for n in range(1, 11)]
HALVES = [
    {"key": "collect", "params": {"items": ITEMS}, "nextSteps": ["halve"]},
    {
        "key": "halve", "runner": "process", "parallel": BY_ITEMS, "retry": {"maxAttempts": 1},
        "params": {"sql": "select n, 1 / (n::int - 5) as part from items"},
    },
]  # fmt: skip
FILES = [
    {
        "key": "halve", "runner": "collect", "parallel": BY_VALUES, "retry": {"maxAttempts": 1},
        "params": {"path": "{{ shard.values[0] }}"},
    },
]  # fmt: skip


@pytest.fixture(params=["items", "values"])
def ran(command: Type, tmp_path: Path, request: pytest.FixtureRequest) -> Any:
    """What `run` says of five shards of two items, of which the third divides by zero, or reads a file that is not there."""
    for name in ("1", "2", "4", "5"):
        (tmp_path / f"{name}.jsonl").write_text('{"n": 1}\n{"n": 2}\n')
    steps = HALVES if request.param == "items" else FILES
    (tmp_path / "halves.json").write_text(json.dumps({"name": "halves", "steps": steps}))
    assert command("apply", "halves.json").exit_code == 0
    ended = command("run", "halves")
    assert ended.exit_code == 0, ended.err
    return ended


def test_a_run_says_how_many_shards_were_lost(ran: Any) -> None:
    assert "halve: succeeded 8 items; 1 of 5 shards failed" in ran.err


def test_an_instance_is_shown_with_the_shards_that_were_lost(ran: Any, command: Type) -> None:
    shown = command("show", "1")
    assert "halve, shard 3: " in shown.out
    assert shown.out.count("division by zero") + shown.out.count("lost.jsonl") == 1
    [shard] = command("show", "1", "--json").json["failed_shards"]
    assert (shard["step_key"], shard["shard"], shard["attempt"]) == ("halve", 3, 1)


def test_the_input_of_a_lost_shard_is_found(ran: Any, command: Type) -> None:
    [shard] = command("items", "1", "halve", "--failed", "--json").json["failed_shards"]
    assert shard["input"] in ([{"n": 5}, {"n": 6}], ["lost.jsonl"])
    [first] = command("items", "1", "halve", "--failed", "--limit", "1", "--json").json["failed_shards"]
    assert first["input"] in ([{"n": 5}], ["lost.jsonl"])
    said = command("items", "1", "halve", "--failed").out
    assert "shards of 'halve' that failed, so nothing was made of their input:" in said
    assert json.dumps(shard["input"][0]) in said
