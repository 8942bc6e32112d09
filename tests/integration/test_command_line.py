"""The command line: what it refuses, and what it says to people and to programs."""

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest

from engine.cli.commands import InstanceStatus
from engine.planner import Status
from tests.integration.conftest import WORDS
from tests.typing_commands import Type

Sql = psycopg.Connection[Any]


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


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(
            ("backfill", "wrods", "--from", "2026-01-01", "--to", "2026-01-02"),
            "'wrods' (did you mean \"words\"?)",
            id="backfill",
        ),
        pytest.param(("dead-letters", "list", "--instance", "9"), "there is no instance 9", id="letters"),
        pytest.param(("instances", "--definition", "wrods"), "'wrods' (did you mean \"words\"?)", id="definition"),
        pytest.param(("items", "1", "colect"), "no step 'colect' (did you mean \"collect\"?)", id="items"),
        pytest.param(("items", "1", "nostep"), "no step 'nostep'; it has collect", id="items of none"),
        pytest.param(("preview", "wrods"), "'wrods' (did you mean \"words\"?)", id="preview"),
        pytest.param(("show", "1", "--explain", "colect"), '(did you mean "collect"?)', id="explain"),
        pytest.param(("show", "9", "--explain", "collect"), "there is no instance 9", id="explain an instance"),
    ],
)
def test_a_name_that_nothing_has_is_refused_with_the_nearest_one(
    command: Type, connection: Sql, words: tuple[str, ...], said: str
) -> None:
    connection.execute("select start_instance('words', '{}')")
    refused = command(*words)
    assert (refused.exit_code, refused.out) == (1, "")
    assert said in refused.err


def test_a_status_is_one_of_those_that_there_are(command: Type, connection: Sql) -> None:
    connection.execute("select start_instance('words', '{}')")
    refused = command("instances", "--status", "bogus")
    assert refused.exit_code == 2
    assert "'bogus' is not one of 'pending', 'running', 'succeeded', 'failed', 'cancelled'" in refused.err
    assert [row["id"] for row in command("instances", "--status", "pending", "--json").json] == [1]
    assert "no instances are failed" in command("instances", "--status", "failed").out


def test_steps_are_known_before_an_instance_has_begun(command: Type, connection: Sql) -> None:
    connection.execute("select start_instance('words', '{}')")
    assert command("items", "1", "collect", "--json").json == []
    assert command("show", "1", "--explain", "collect", "--json").json["code"] == "instance_not_taken"


def test_to_requeue_what_is_no_dead_letter_fails(command: Type, connection: Sql) -> None:
    nothing = command("dead-letters", "requeue", "77")
    assert (nothing.exit_code, "left alone" in nothing.out) == (1, True)
    assert "there is no instance 9" in command("dead-letters", "requeue", "--instance", "9").err
    connection.execute("insert into dead_letter (step_key, source, payload, reason) values ('load', 'x', '{}', 'why')")
    assert command("dead-letters", "requeue", "1", "77", "--json").json == {"requeued": [1], "left_alone": [77]}
    assert command("dead-letters", "requeue", "1").exit_code == 1


def test_the_statuses_of_the_command_line_are_the_engines() -> None:
    assert [str(one) for one in InstanceStatus] == [str(one) for one in Status]


def test_work_is_an_old_name_of_worker_and_is_not_listed(command: Type) -> None:
    assert command("work", "--help").exit_code == 0
    listed = command("--help").out
    assert "\n  worker " in listed
    assert "\n  work " not in listed


def test_a_command_that_is_misspelt_is_refused_with_the_nearest_of_those_that_are_listed(command: Type) -> None:
    assert command("wrok").err.endswith("No such command 'wrok' (did you mean \"worker\"?)\n")
    assert command("serv").err.endswith("No such command 'serv' (did you mean \"serve\"?)\n")


@pytest.mark.parametrize("group", [(), ("alerts",), ("dead-letters",), ("prompt",)])
def test_a_list_of_commands_cuts_no_sentence_off(command: Type, group: tuple[str, ...]) -> None:
    lines = command(*group, "--help").out.partition("\nCommands:\n")[2].splitlines()
    assert lines
    assert [line for line in lines if line.endswith("...")] == []


def test_an_error_is_json_where_json_is_asked_for(command: Type) -> None:
    refused = command("run", "wrods", "--json")
    assert (refused.exit_code, refused.out) == (1, "")
    assert set(refused.error) == {"error", "hint", "sqlstate"}
    assert refused.error["sqlstate"] == "BD003"
    assert 'did you mean "words"?' in refused.error["error"]
    assert command("run", "wrods").err == f"error: {refused.error['error']}\nhint: {refused.error['hint']}\n"


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("instances", "--status", "bogus", "--json"), id="a choice"),
        pytest.param(("items", "1", "--json"), id="an argument is missing"),
        pytest.param(("nope", "--json"), id="no such command"),
        pytest.param(("run", "words", "--params", "{", "--json"), id="params that are no JSON"),
    ],
)
def test_wrong_usage_is_json_where_json_is_asked_for(command: Type, words: tuple[str, ...]) -> None:
    refused = command(*words)
    assert (refused.exit_code, refused.out) == (2, "")
    assert refused.error["error"] != ""
    assert "--help" in refused.error["hint"]


def test_a_database_that_cannot_be_reached_is_an_error_in_json(command: Type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATCHDAG_DATABASE_URL", "postgresql://127.0.0.1:1/nowhere")
    refused = command("instances", "--json")
    assert refused.exit_code == 1
    assert "cannot be reached" in refused.error["error"]


def test_a_run_that_fails_ends_with_1_and_its_json(command: Type, tmp_path: Path) -> None:
    broken = {"name": "broken", "steps": [{"key": "collect", "params": {"sql": "select 1/0"}}]}
    (tmp_path / "broken.json").write_text(json.dumps(broken))
    command("apply", "broken.json")
    ended = command("run", "broken", "--json")
    assert (ended.exit_code, ended.json["status"]) == (1, "failed")


def test_numbers_are_numbers(command: Type, tmp_path: Path) -> None:
    (tmp_path / "dear.json").write_text(json.dumps(WORDS | {"name": "dear", "budget_usd": 5.25}))
    command("apply", "dear.json")
    assert command("run", "dear", "--json").json["progress"] == 100.0
    assert command("instances", "--json").json[0]["progress"] == 100.0
    assert command("export", "dear", "--json").json[0]["budget_usd"] == 5.25
