"""Every right definition, and every one that is shipped or shown, is taken by Python and by the database."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from definitions.files import normal, parse_documents
from definitions.validation import check
from runners.registry import Registry
from tests.bad_definitions import RUNNERS
from tests.conftest import NewDatabase
from tests.good_definitions import GOOD, GoodDefinition

Connection = psycopg.Connection[tuple[Any, ...]]

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
FENCED = re.compile(r"```yaml\n(.*?)```|cat > \S+\.yaml <<'END'\n(.*?)\nEND\n", re.DOTALL)


@pytest.fixture(scope="module")
def connection(new_database: NewDatabase) -> Iterator[Connection]:
    """A connection for all of them: each is taken back."""
    with new_database() as url, psycopg.connect(url) as made:
        yield made


def registered(connection: Connection, runners: Mapping[str, Any]) -> None:
    for name, schema in runners.items():
        connection.execute(
            "insert into batch_runner (name, version, params_schema) values (%s, '1', %s)"
            " on conflict (name) do update set params_schema = excluded.params_schema",
            (name, Jsonb(schema)),
        )


@pytest.mark.parametrize("good", GOOD, ids=lambda good: good.name)
def test_a_right_definition_is_taken_by_python_and_by_the_database(
    good: GoodDefinition, connection: Connection
) -> None:
    assert check(good.row, runners=RUNNERS) == []
    with connection.transaction(force_rollback=True):
        registered(connection, RUNNERS)
        connection.execute(
            "insert into batch_definition (name, steps, params_schema) values (%(name)s, %(steps)s, %(params_schema)s)",
            {key: Jsonb(value) if isinstance(value, dict | list) else value for key, value in good.row.items()},
        )


def written() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the definitions of the library and those that the documentation shows whole."""
    for path in sorted((ROOT / "definitions" / "library").glob("*.yaml")):
        yield from (
            (path.name, row) for row in parse_documents(path.read_text("utf-8"), source=path.name) if "steps" in row
        )
    for page in PAGES:
        for block in FENCED.findall(page.read_text("utf-8")):
            text = block[0] or block[1]
            if re.search(r"^steps:", text, re.MULTILINE) and re.search(r"^name:", text, re.MULTILINE):
                yield from ((page.name, row) for row in parse_documents(text, source=page.name))


WRITTEN = list(written())


@pytest.mark.parametrize(("source", "row"), WRITTEN, ids=[f"{source}: {row['name']}" for source, row in WRITTEN])
def test_a_definition_that_we_show_is_taken(source: str, row: dict[str, Any], connection: Connection) -> None:
    runners = Registry.load().schemas()
    assert check(row, runners=runners) == [], source
    with connection.transaction(force_rollback=True):
        registered(connection, runners)
        whole = normal(row)
        found = connection.execute(
            "select path, message from steps_problems(%s, declared_params(%s)) where message not like 'unknown prompt%%'",
            (Jsonb(whole["steps"]), Jsonb(whole["params_schema"])),
        ).fetchall()
    assert found == []


def test_the_documentation_shows_some() -> None:
    assert len(WRITTEN) >= 7
    assert any(row["params_schema"].get("additionalProperties") is None for _, row in WRITTEN if "params_schema" in row)
