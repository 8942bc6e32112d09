"""Every edit that changes what runs is a version, whoever made it; every other edit is none."""

import hashlib
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.types.json import Jsonb

from tests.bad_definitions import RUNNERS

Connection = psycopg.Connection[tuple[Any, ...]]

STEPS: list[dict[str, Any]] = [
    {"key": "collect", "params": {"limit": 3, "path": None}, "nextSteps": ["rest"]},
    {"key": "rest", "runner": "noop"},
]


@pytest.fixture
def editor(connection: Connection) -> Connection:
    """A connection to a database with one definition, ``daily``."""
    for name, schema in RUNNERS.items():
        connection.execute(
            "insert into batch_runner (name, version, params_schema) values (%s, '1', %s)", (name, Jsonb(schema))
        )
    connection.execute("insert into batch_definition (name, steps) values ('daily', %s)", (Jsonb(STEPS),))
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


def version(connection: Connection) -> int:
    row = connection.execute("select version from batch_definition").fetchone()
    assert row is not None
    return int(row[0])


def test_an_insert_is_version_one_with_who_and_from_where(editor: Connection) -> None:
    editor.execute("set application_name = 'a gui'")
    editor.execute("insert into batch_definition (name, steps, version) values ('other', %s, 9)", (Jsonb(STEPS),))
    rows = editor.execute(
        "select v.version, v.edited_by = session_user, v.client, v.content -> 'steps'"
        " from batch_definition_version v join batch_definition d on d.id = definition_id where d.name = 'other'"
    ).fetchall()
    assert rows == [(1, True, "a gui", STEPS)]


@pytest.mark.parametrize(
    "steps",
    [
        [{"nextSteps": ["rest"], "params": {"path": None, "limit": 3}, "key": "collect"}, STEPS[1]],
        [STEPS[0] | {"runner": "collect", "condition": None, "parallel": None, "description": ""}, STEPS[1]],
        [STEPS[0] | {"retry": {}}, STEPS[1] | {"params": {}, "nextSteps": []}],
        [STEPS[0] | {"retry": {"maxAttempts": 3, "jitter": "full"}, "timeoutSeconds": 3600.0}, STEPS[1]],
        [STEPS[0] | {"fanIn": "none_failed_min_one_success", "onFailure": "fail", "runner": None}, STEPS[1]],
    ],
    ids=["key order", "defaults and nulls", "empty parts", "defaults inside retry", "defaults of the rules"],
)
def test_a_cosmetic_edit_makes_no_version(editor: Connection, listener: Connection, steps: Any) -> None:
    before = editor.execute("select updated_at from batch_definition").fetchone()
    editor.execute("update batch_definition set steps = %s, updated_at = '2001-01-01'", (Jsonb(steps),))
    assert version(editor) == 1
    assert editor.execute("select updated_at from batch_definition").fetchone() == before
    assert heard(listener) == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("name", "nightly"),
        ("description", "new"),
        ("cron", "0 3 * * *"),
        ("timezone", "Asia/Tokyo"),
        ("params_schema", Jsonb({"type": "object", "properties": {"n": {}}})),
        ("enabled", False),
        ("priority", 7),
        ("max_active", 2),
        ("misfire", "all"),
        ("overlap", "queue"),
        ("budget_usd", 12),
        ("steps", Jsonb([STEPS[0] | {"params": {"limit": 3}}, STEPS[1]])),
        ("steps", Jsonb([STEPS[0] | {"parallel": {"over": "params.x", "tolerate": {"count": 1}}}, STEPS[1]])),
    ],
)
def test_an_edit_of_content_makes_a_version_and_tells_the_engine(
    editor: Connection, listener: Connection, column: str, value: Any
) -> None:
    editor.execute(sql.SQL("update batch_definition set {} = %s").format(sql.Identifier(column)), (value,))
    row = editor.execute("select name, version, updated_at > created_at from batch_definition").fetchone()
    assert row is not None
    assert row[1:] == (2, True)
    assert heard(listener) == [f"definition:{row[0]}"]


def test_going_back_is_a_version_of_its_own_with_the_old_hash(editor: Connection) -> None:
    editor.execute("update batch_definition set description = 'new'")
    editor.execute("update batch_definition set description = ''")
    hashes = editor.execute("select content_hash from batch_definition_version order by version").fetchall()
    assert len(hashes) == 3
    assert hashes[0] == hashes[2] != hashes[1]
    assert len(hashes[0][0]) == len(hashlib.sha256().hexdigest())


def test_the_version_cannot_be_set_by_hand(editor: Connection) -> None:
    with pytest.raises(psycopg.Error, match="is counted by the database") as caught:
        editor.execute("update batch_definition set version = 0")
    assert caught.value.sqlstate == "BD001"
    assert caught.value.diag.message_hint


@pytest.mark.parametrize(
    "statement", ["update batch_definition_version set edited_by = 'nobody'", "delete from batch_definition_version"]
)
def test_history_cannot_be_changed(editor: Connection, statement: Any) -> None:
    with pytest.raises(psycopg.Error, match="is history") as caught:
        editor.execute(statement)
    assert caught.value.sqlstate == "BD002"
    assert caught.value.diag.message_hint


def test_history_goes_with_its_definition_and_the_engine_is_told(editor: Connection, listener: Connection) -> None:
    editor.execute("delete from batch_definition")
    assert editor.execute("select count(*) from batch_definition_version").fetchone() == (0,)
    assert heard(listener) == ["definition:daily"]


def test_a_refused_edit_leaves_no_version_and_no_notice(editor: Connection, listener: Connection) -> None:
    with pytest.raises(psycopg.Error):
        editor.execute("update batch_definition set steps = '[]'")
    assert version(editor) == 1
    assert heard(listener) == []


def test_an_upsert_that_changes_nothing_makes_no_version(editor: Connection) -> None:
    upsert = (
        "insert into batch_definition (name, steps) values ('daily', %s)"
        " on conflict (name) do update set steps = excluded.steps"
    )
    editor.execute(upsert, (Jsonb(STEPS),))
    assert version(editor) == 1


def test_an_editor_without_rights_on_the_history_still_leaves_history(editor: Connection) -> None:
    with editor.transaction(force_rollback=True):
        editor.execute("create role plain_editor")
        editor.execute("grant select on batch_runner, batch_definition_version to plain_editor")
        editor.execute("grant select, insert, update on batch_definition to plain_editor")
        editor.execute("set local role plain_editor")
        editor.execute("update batch_definition set priority = 3")
        assert editor.execute("select max(version) from batch_definition_version").fetchone() == (2,)


def test_the_owner_may_name_who_edits_and_nobody_else_may(editor: Connection) -> None:
    newest = "select edited_by from batch_definition_version order by version desc limit 1"
    editor.execute("set batchdag.editor = 'somebody'")
    editor.execute("update batch_definition set priority = 4")
    assert editor.execute(newest).fetchone() == ("somebody",)
    with editor.transaction(force_rollback=True):
        editor.execute("create role plain_editor")
        editor.execute("grant select on batch_runner, batch_definition_version to plain_editor")
        editor.execute("grant select, insert, update on batch_definition to plain_editor")
        editor.execute("set local session authorization plain_editor")
        editor.execute("update batch_definition set priority = 5")
        assert editor.execute(newest).fetchone() == ("plain_editor",)
