"""``batchdag init``: what it says of what it sets up, and of what it may not."""

from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tests.typing_commands import Type

Sql = psycopg.Connection[Any]


def test_init_prints_what_was_set_up_and_nothing_of_what_was_there_before(
    command: Type, database_url: str, connection: Sql
) -> None:
    where = f"{connection.info.dbname} at {connection.info.host}:{connection.info.port}"
    ready = f"ready: the tables are in the database {where}; runners: collect, embed, explain, generate, load, process"
    for _ in range(2):
        said = command("init")
        assert (said.out, said.err) == (f"{ready}\n", "")
    with psycopg.connect(database_url, autocommit=True) as dropping:
        dropping.execute("drop schema public cascade; create schema public")
    assert len(command("init").out.splitlines()) == 1


def test_init_says_that_the_reader_could_write(
    command: Type, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BATCHDAG_READER_URL", database_url)
    said = command("init")
    note, ready = said.out.splitlines()
    assert note.startswith("note: BATCHDAG_READER_URL is no reader: ")
    assert (said.exit_code, ready.startswith("ready: ")) == (0, True)


def test_init_says_what_it_may_not_do(
    command: Type, database_url: str, connection: Sql, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.execute("create role humble login password 'kept to itself'; grant all on schema public to humble")
    connection.execute("drop schema public cascade; create schema public; grant all on schema public to humble")
    try:
        url = make_conninfo(database_url, user="humble", password="kept to itself")
        monkeypatch.setenv("BATCHDAG_DATABASE_URL", url)
        said = command("init")
        assert said.exit_code == 0, said.err
        *notes, ready = said.out.splitlines()
        assert "kept to itself" not in ready
        assert any(note.startswith("note: not done, for humble may not") for note in notes)
        assert not any("skipping" in note for note in notes)
    finally:
        connection.execute("drop owned by humble; drop role humble")
