"""An instance keeps the version of a prompt that was there when it was made, whatever is edited while it runs."""

import asyncio
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from engine.database import Database
from runners.base import InvalidStep
from runners.prompts import PromptVersion, pinned, repin

Connection = psycopg.Connection[tuple[Any, ...]]

GENERATE = {
    "type": "object",
    "properties": {"prompt": {"type": "string", "x-prompt": True}, "style": {"type": "string"}},
}


@pytest.fixture
def editor(connection: Connection) -> Connection:
    """A database with the prompts ``ask`` and ``tell``, and a definition that names ``ask``."""
    connection.execute(
        "insert into batch_runner (name, version, params_schema) values ('generate', '1', %s)", (Jsonb(GENERATE),)
    )
    connection.execute("insert into prompt_template (key, body) values ('ask', 'one'), ('tell', 'one')")
    steps = [{"key": "generate", "params": {"prompt": "ask"}}]
    connection.execute("insert into batch_definition (name, steps) values ('daily', %s)", (Jsonb(steps),))
    return connection


def started(connection: Connection) -> int:
    row = connection.execute("select start_instance('daily')").fetchone()
    assert row is not None
    return int(row[0])


def edit(connection: Connection, key: str, body: str) -> None:
    connection.execute("update prompt_template set body = %s where key = %s", (body, key))


def pins(connection: Connection) -> list[tuple[Any, ...]]:
    return connection.execute("select prompt_key, version from batch_instance_prompt order by prompt_key").fetchall()


async def pin(database: Database, instance_id: int, key: str = "ask") -> PromptVersion:
    async with database.transaction() as connection:
        return await pinned(connection, instance_id=instance_id, key=key)


async def test_an_edit_after_the_instance_was_made_does_not_reach_it(database: Database, editor: Connection) -> None:
    edit(editor, "ask", "two")
    instance_id = started(editor)
    edit(editor, "ask", "three")
    found = await pin(database, instance_id)
    assert found == PromptVersion(key="ask", version=2, system=None, body="two", response_schema=None)
    assert pins(editor) == [("ask", 2)]


async def test_a_pin_stays_where_it_is(database: Database, editor: Connection) -> None:
    instance_id = started(editor)
    first = await pin(database, instance_id)
    edit(editor, "ask", "two")
    assert await pin(database, instance_id) == first
    assert (await pin(database, started(editor))).body == "two"


async def test_a_prompt_younger_than_the_instance_is_taken_as_it_was_first(
    database: Database, editor: Connection
) -> None:
    instance_id = started(editor)
    editor.execute("insert into prompt_template (key, body) values ('late', 'one')")
    edit(editor, "late", "two")
    assert (await pin(database, instance_id, "late")).version == 1


async def test_a_prompt_deleted_since_is_still_there_for_the_instance(database: Database, editor: Connection) -> None:
    instance_id = started(editor)
    editor.execute("delete from prompt_template where key = 'tell'")
    assert (await pin(database, instance_id, "tell")).body == "one"


async def test_system_and_schema_are_those_of_the_version(database: Database, editor: Connection) -> None:
    schema = {"type": "object", "properties": {"question": {"type": "string"}}}
    editor.execute("update prompt_template set system = 'Be brief.', response_schema = %s", (Jsonb(schema),))
    found = await pin(database, started(editor))
    assert (found.version, found.system, found.response_schema) == (2, "Be brief.", schema)


async def test_two_steps_that_pin_at_once_get_the_same_version(database: Database, editor: Connection) -> None:
    instance_id = started(editor)
    async with database.transaction() as first:
        mine = await pinned(first, instance_id=instance_id, key="ask")
        other = asyncio.create_task(pin(database, instance_id))
        await until_one_waits(editor)
    assert await other == mine
    assert pins(editor) == [("ask", 1)]


async def until_one_waits(editor: Connection) -> None:
    """Return once another session of this database waits for a lock."""
    blocked = (
        "select count(*) from pg_stat_activity"
        " where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0"
    )
    while editor.execute(blocked).fetchone() == (0,):  # noqa: ASYNC110 - the other task must go on meanwhile
        await asyncio.sleep(0)


async def test_many_steps_that_pin_at_once_agree(database: Database, editor: Connection) -> None:
    instance_id = started(editor)
    found = await asyncio.gather(*(pin(database, instance_id) for _ in range(20)))
    assert {prompt.version for prompt in found} == {1}
    assert pins(editor) == [("ask", 1)]


async def test_an_unknown_prompt_is_an_invalid_step_that_names_the_nearest(
    database: Database, editor: Connection
) -> None:
    with pytest.raises(InvalidStep, match=r"there is no prompt 'aks' \(did you mean \"ask\"\?\)"):
        await pin(database, started(editor), "aks")
    assert pins(editor) == []


@pytest.mark.parametrize("key", ["", "Not A Key", "x" * 100_000, "a\0b", "\ud800"])
async def test_what_is_no_key_at_all_never_reaches_the_database(
    database: Database, editor: Connection, key: str
) -> None:
    with pytest.raises(InvalidStep, match="is no key of a prompt"):
        await pin(database, started(editor), key)


async def test_what_only_python_can_see_is_said_when_the_prompt_is_used(database: Database, editor: Connection) -> None:
    edit(editor, "ask", "{{ (((item.word }}")
    with pytest.raises(InvalidStep, match=r"prompt 'ask', version 2, cannot be used: body: "):
        await pin(database, started(editor))


async def test_pins_go_with_their_instance(database: Database, editor: Connection) -> None:
    await pin(database, started(editor))
    editor.execute("delete from batch_instance")
    assert pins(editor) == []


async def repinned(database: Database, instance_id: int) -> list[str]:
    async with database.transaction() as connection:
        return await repin(connection, instance_id=instance_id)


async def test_a_repin_moves_to_the_newest_and_says_what_has_changed(database: Database, editor: Connection) -> None:
    instance_id = started(editor)
    for key in ("ask", "tell"):
        await pin(database, instance_id, key)
    edit(editor, "tell", "two")
    assert await repinned(database, instance_id) == ["tell"]
    assert pins(editor) == [("ask", 1), ("tell", 2)]
    assert await repinned(database, instance_id) == []


async def test_a_repin_reaches_prompts_that_no_step_has_asked_for_yet(database: Database, editor: Connection) -> None:
    instance_id = started(editor)
    edit(editor, "ask", "two")
    assert await repinned(database, instance_id) == ["ask"]
    assert (await pin(database, instance_id)).body == "two"


async def test_a_repin_leaves_other_instances_alone(database: Database, editor: Connection) -> None:
    first, second = started(editor), started(editor)
    await pin(database, second)
    edit(editor, "ask", "two")
    await repinned(database, first)
    assert (await pin(database, second)).body == "one"
