"""Which rows of a table ``explain`` takes: those that its ``where`` names, and no others."""

from typing import Any

import pytest

from runners.base import Json
from tests.harness import Harness, step

TABLE = """
create table exam (
    id int primary key, question text not null, "Set id" varchar(5), level smallint, is_hard boolean, weight numeric,
    tags jsonb, notes json, explanation text, explanation_status text not null default 'pending',
    explanation_generated_at timestamptz, explanation_error text);
insert into exam (id, question, "Set id", level, is_hard, weight, tags) values
    (1, 'one', 'a', 1, true, 0.5, '["x"]'), (2, 'two', 'a', 2, false, 1.50, '{}'), (3, 'three', 'abcde', 1, true, 2, '[]'),
    (4, 'four', null, null, null, null, null)
"""


def explaining(where: Json, **params: Any) -> dict[str, Any]:
    asked = {"model": "small", "template": "{{ item.question }}", "table": "exam", "unknownPrice": "free"}
    return step("a", runner="explain", params=asked | {"where": where, "fields": ["question"]} | params)


@pytest.fixture
async def exam(working: Harness) -> Harness:
    async with working.engine.database.transaction() as connection:
        await connection.execute(TABLE)
    return working


async def explained(exam: Harness) -> list[int]:
    rows = await exam.rows("select id from exam where explanation_status = 'completed' order by id")
    untouched = await exam.rows(
        "select count(*) from exam where explanation_status = 'pending' and num_nulls(explanation,"
        " explanation_generated_at, explanation_error) = 3"
    )
    assert len(rows) + untouched[0][0] == 4
    return [key for (key,) in rows]


@pytest.mark.parametrize(
    ("where", "taken"),
    [
        ({}, [1, 2, 3, 4]),
        ({"Set id": "a"}, [1, 2]),
        ({"Set id": "a", "level": 1}, [1]),
        ({"Set id": None}, [4]),
        ({"is_hard": True}, [1, 3]),
        ({"weight": 1.5}, [2]),
        ({"tags": "[]"}, [3]),
        ({"Set id": "a' or true --"}, []),
        ({"Set id": "abcdefgh"}, []),
    ],
)
async def test_only_rows_with_these_values_are_explained(exam: Harness, where: Json, taken: list[int]) -> None:
    ended = await exam.run(explaining(where))
    assert ended.is_success, ended.error
    assert await explained(exam) == taken


async def test_the_values_may_come_from_the_instances_params(exam: Harness) -> None:
    schema = {"type": "object", "properties": {"where": {"type": "object", "default": {}}}}
    ended = await exam.run(
        explaining("{{ params.where }}"), params={"where": {"Set id": "a", "level": 2}}, params_schema=schema
    )
    assert ended.is_success, ended.error
    assert await explained(exam) == [2]


async def test_the_limit_counts_the_rows_that_are_meant(exam: Harness) -> None:
    assert (await exam.run(explaining({"level": 1}, limit=2))).is_success
    assert await explained(exam) == [1, 3]


async def test_a_rehearsal_counts_the_rows_that_are_meant(exam: Harness) -> None:
    await exam.define(explaining({"level": 1}))
    ended = await exam.engine.wait(await exam.engine.rehearse("pipeline"))
    assert ended.is_success, ended.error
    assert (await exam.result(ended.instance_id, "a"))["rehearsal"]["of"] == 2
    assert await explained(exam) == []


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ({"levle": 1}, "no column 'levle' (did you mean \"level\"?)"),
        ({"level": "one"}, "where: invalid input syntax for type smallint"),
        ({"level": 100_000}, "where: "),
        ({"notes": "{}"}, "where: operator does not exist"),
    ],
)
async def test_a_filter_that_the_table_cannot_have_is_refused_in_words(exam: Harness, where: Json, words: str) -> None:
    ended = await exam.run(explaining(where))
    assert not ended.is_success
    assert words in str(ended.error)
    assert await explained(exam) == []


async def test_a_value_that_is_no_scalar_is_refused_when_the_definition_is_saved(exam: Harness) -> None:
    with pytest.raises(Exception, match="where"):
        await exam.define(explaining({"level": [1, 2]}))
