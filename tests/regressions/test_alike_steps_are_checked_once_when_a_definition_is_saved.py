"""Saving 10,000 generating steps once took the database a quarter of a minute: it checked the params of each by itself."""

import json
from collections.abc import Mapping
from typing import Any

import psycopg
import pytest

from runners.generation.params import GenerateParams
from tests.generating import ASKING

CALLS = "select funcname, calls from pg_stat_xact_user_functions where funcname in ('json_problems', 'read_code')"
SAVE = "insert into batch_definition (name, steps) values ('many', %s)"


@pytest.fixture
def generate(connection: psycopg.Connection[Any]) -> psycopg.Connection[Any]:
    """A client of a database that knows the runner."""
    schema = json.dumps(GenerateParams.model_json_schema(by_alias=True))
    connection.execute("insert into batch_runner (name, version, params_schema) values ('generate', '1', %s)", [schema])
    connection.execute("set track_functions = 'all'")
    return connection


def steps(count: int, **params: Any) -> str:
    asking = [{**ASKING, **{name: value(n) for name, value in params.items()}} for n in range(count)]
    return json.dumps([{"key": f"s{n}", "runner": "generate", "params": one} for n, one in enumerate(asking)])


def calls_to_save(connection: psycopg.Connection[Any], text: str) -> Mapping[str, int]:
    with connection.transaction():
        connection.execute(SAVE, [text])
        return dict(connection.execute(CALLS).fetchall())


def test_a_thousand_alike_steps_cost_as_much_as_one(generate: psycopg.Connection[Any]) -> None:
    assert calls_to_save(generate, steps(1000))["json_problems"] < 200


def test_of_steps_that_differ_in_one_field_only_that_field_is_checked_for_each(
    generate: psycopg.Connection[Any],
) -> None:
    calls = calls_to_save(generate, steps(1000, template=lambda n: f"Teach {{{{ item.word }}}}, lesson {n}."))
    assert calls["json_problems"] < 1200
    assert "read_code" not in calls, "a template with nothing but names in it is not read token by token"


def test_what_is_wrong_with_alike_steps_is_said_of_each_of_them(generate: psycopg.Connection[Any]) -> None:
    wrong = steps(4, mode=lambda n: "bach" if n % 2 else "batch", template=lambda n: "{{ item.__x }}" if n % 2 else "x")
    with pytest.raises(psycopg.DatabaseError) as refused:
        generate.execute(SAVE, [wrong])
    said = refused.value.diag.message_primary or ""
    assert said.splitlines()[0] == 'definition "many" has 4 problem(s):'
    for n in (1, 3):
        assert f'steps[{n}].params.mode: must be one of "batch", "live", "flex", "auto", not "bach"' in said
        assert f"steps[{n}].params.template: " in said
