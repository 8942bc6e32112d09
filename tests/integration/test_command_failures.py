"""What an operator is told when something is not as it should be: what happened, where, and what to do next."""

from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier

from tests.typing_commands import Type

_BROKEN = {"name": "broken", "steps": [{"key": "collect", "params": {"sql": "select 1/0"}}]}


def test_a_setting_that_does_not_fit_is_named_as_it_is_written(command: Type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATCHDAG_CONCURRENCY", "hunter2")
    refused = command("instances")
    assert refused.exit_code == 1
    assert refused.err.startswith(
        "error: the settings are not right:\n  BATCHDAG_CONCURRENCY: input should be a valid integer"
    )
    assert "docs/reference/settings.md" in refused.err
    assert "hunter2" not in refused.err


def test_a_setting_of_the_server_is_named_as_it_is_written(command: Type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATCHDAG_HTTP_LINK_MINUTES", "soon")
    refused = command("login-link")
    assert refused.exit_code == 1
    assert "\n  BATCHDAG_HTTP_LINK_MINUTES: input should be a valid number" in refused.err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param('concurrency = "x\n', "batchdag.toml is not TOML: ", id="not TOML"),
        pytest.param("conccurrency = 3\n", "  BATCHDAG_CONCCURRENCY: there is no such setting", id="unknown"),
    ],
)
def test_a_broken_file_of_settings_is_refused(command: Type, tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "batchdag.toml").write_text(text)
    refused = command("instances")
    assert refused.exit_code == 1
    assert said in refused.err


@pytest.mark.parametrize("words", [("init",), ("instances",)])
def test_a_login_without_rights_is_told_so(
    command: Type,
    connection: psycopg.Connection[Any],
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
) -> None:
    login = f"walled_off_of_{connection.info.dbname}"  # roles are of the server, which tests share
    connection.execute(SQL("create role {} login").format(Identifier(login)))
    monkeypatch.setenv("BATCHDAG_DATABASE_URL", make_conninfo(database_url, user=login))
    try:
        refused = command(*words, "--json") if words == ("instances",) else command(*words)
    finally:
        connection.execute(SQL("drop role {}").format(Identifier(login)))
    assert refused.exit_code == 1
    assert "the database does not let this login do that: permission denied for" in refused.err
    assert "have the owner grant it" in refused.err


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("show", "99999999999999999999"), id="an id"),
        pytest.param(("items", "1", "collect", "--offset", "99999999999999999999"), id="an offset"),
    ],
)
def test_a_number_that_no_column_holds_is_refused(
    command: Type, connection: psycopg.Connection[Any], words: tuple[str, ...]
) -> None:
    connection.execute("select start_instance('words', '{}')")
    refused = command(*words)
    assert refused.exit_code == 1
    assert refused.err.startswith("error: a value that was given is none for the database: bigint out of range\nhint: ")


@pytest.mark.parametrize("verb", ["apply", "validate"])
def test_a_file_without_a_definition_is_no_success(command: Type, tmp_path: Path, verb: str) -> None:
    (tmp_path / "cut-off.yaml").write_text("# nothing\n")
    refused = command(verb, "cut-off.yaml")
    assert (refused.exit_code, refused.out) == (1, "")
    assert refused.err.startswith("error: there is no definition in cut-off.yaml: ")


@pytest.mark.parametrize("verb", ["apply", "validate"])
def test_a_file_that_is_no_text_is_refused(command: Type, tmp_path: Path, verb: str) -> None:
    (tmp_path / "image.yaml").write_bytes(b"\xff\xfe\x00")
    refused = command(verb, "image.yaml")
    assert refused.exit_code == 2
    assert "image.yaml is not text in UTF-8" in refused.err


def test_a_tab_in_yaml_is_called_a_tab(command: Type, tmp_path: Path) -> None:
    (tmp_path / "tab.yaml").write_text("name: a\nsteps:\n\t- key: collect\n")
    refused = command("validate", "tab.yaml")
    assert refused.exit_code == 1
    assert "tab.yaml:3:1: " in refused.err
    assert "it is a tab, and YAML indents with spaces only" in refused.err


def test_a_broker_of_an_unknown_kind_is_refused_before_work_begins(
    command: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BATCHDAG_BROKER_URL", "kafka://me:hunter2@127.0.0.1")
    refused = command("worker")
    assert refused.exit_code == 1
    assert "BATCHDAG_BROKER_URL is not the address of a broker" in refused.err
    assert "hunter2" not in refused.err


def test_a_link_leads_to_an_address(command: Type) -> None:
    refused = command("login-link", "--address", "example.org")
    assert (refused.exit_code, refused.out) == (2, "")
    assert "http://... or https://..., not 'example.org'" in refused.err


def test_a_retry_with_a_version_that_is_not_there_says_where_the_versions_are(command: Type, tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text(str(_BROKEN).replace("'", '"'))
    command("apply", "broken.json")
    failed = command("run", "broken")
    assert failed.exit_code == 1
    assert failed.err.endswith("to go on: batchdag retry 1; if you edit the definition first, with --version latest\n")
    refused = command("retry", "1", "--version", "77", "--dry-run")
    assert refused.exit_code == 1
    assert "has no version 77; batch_definition_version has those that there are" in refused.err


def test_a_home_that_cannot_be_made_is_named_with_its_setting(
    command: Type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "taken").write_text("a file")
    monkeypatch.delenv("BATCHDAG_DATABASE_URL")
    monkeypatch.setenv("BATCHDAG_HOME", "taken")
    refused = command("instances")
    assert refused.exit_code == 1
    assert f"the folder {tmp_path / 'taken'} cannot be made (File exists)" in refused.err
    assert "BATCHDAG_HOME names another folder" in refused.err


def test_the_words_of_an_address_that_is_none_are_a_sentence(command: Type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATCHDAG_DATABASE_URL", "mysql://a/b")
    said = command("instances").err
    assert "is not the address of a database: missing = after what stands there. Write postgresql://" in said
