"""Prompts from Python: applied all or none, found by key and version."""

from typing import Any

import psycopg
import pytest

from engine.database import Database
from engine.prompts import PromptRefused, Prompts, UnknownPrompt

Connection = psycopg.Connection[tuple[Any, ...]]


async def test_apply_writes_all_prompts_or_none(database: Database) -> None:
    prompts = Prompts(database)
    with pytest.raises(PromptRefused) as caught:
        await prompts.apply([{"key": "good", "body": "x"}, {"key": "bad", "body": "{{ itm }}"}])
    assert (caught.value.key, [problem.path for problem in caught.value.problems]) == ("bad", ["body"])
    assert await prompts.overview() == []


async def test_apply_says_what_it_did(database: Database) -> None:
    prompts = Prompts(database)
    rows = [{"key": "two", "body": "x"}, {"key": "one", "body": "x", "response_schema": {"type": "object"}}]
    assert [(one.name, one.before, one.after) for one in await prompts.apply(rows)] == [("one", 0, 1), ("two", 0, 1)]
    again = await prompts.apply([rows[0] | {"body": "y"}, rows[1]])
    assert [(one.name, one.before, one.after) for one in again] == [("one", 1, 1), ("two", 1, 2)]
    assert [version["version"] for version in await prompts.versions("two")] == [1, 2]


async def test_a_key_that_is_given_twice_is_refused(database: Database) -> None:
    with pytest.raises(PromptRefused, match="is given 2 times"):
        await Prompts(database).apply([{"key": "a", "body": "x"}, {"key": "a", "body": "y"}])


async def test_an_unknown_prompt_is_named_with_the_nearest_one(database: Database) -> None:
    prompts = Prompts(database)
    await prompts.apply([{"key": "question", "body": "x"}])
    with pytest.raises(UnknownPrompt, match='did you mean "question"'):
        await prompts.find("qestion")
    with pytest.raises(UnknownPrompt, match="'question' has no version 2"):
        await prompts.find("question", version=2)


async def test_a_version_of_a_deleted_prompt_can_still_be_read(database: Database, connection: Connection) -> None:
    prompts = Prompts(database)
    await prompts.apply([{"key": "question", "body": "x", "description": "d"}])
    connection.execute("delete from prompt_template")
    assert (await prompts.find("question", version=1))["body"] == "x"
    with pytest.raises(UnknownPrompt):
        await prompts.find("question")
