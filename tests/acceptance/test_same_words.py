"""What is new in a refusal is said in the same words by Python and by the database."""

from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from definitions.validation import check
from tests.bad_definitions import BAD, RUNNERS, BadDefinition

SAME = [bad for bad in BAD if bad.name.startswith(("params: ", "table: "))]


@pytest.mark.parametrize("bad", SAME, ids=lambda bad: bad.name)
def test_python_and_the_database_say_the_same(bad: BadDefinition, connection: psycopg.Connection[Any]) -> None:
    for name, schema in RUNNERS.items():
        connection.execute(
            "insert into batch_runner (name, version, params_schema) values (%s, '1', %s)", (name, Jsonb(schema))
        )
    found = connection.execute(
        "select path || ': ' || message from steps_problems(%s, declared_params(%s))",
        (Jsonb(bad.row["steps"]), Jsonb(bad.row.get("params_schema", {"type": "object"}))),
    ).fetchall()
    assert [row[0] for row in found] == [str(problem) for problem in check(bad.row, runners=RUNNERS)]


def test_no_table_of_the_engine_may_be_written_to(connection: psycopg.Connection[Any]) -> None:
    tables = "select table_name from information_schema.tables where table_schema = current_schema()"
    assert (
        connection.execute(f"{tables} and table_problem(table_name) is null and table_type = 'BASE TABLE'").fetchall()
        == []
    )
