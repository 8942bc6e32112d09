"""It was told only that a relation does not exist, as of a misspelt table, though the name is that of a step."""

from typing import Any

import psycopg
import pytest

from tests.harness import Harness, step

BROKEN = {"runner": "process", "params": {"sql": "select n / 0 as n from items"}, "onFailure": "continue"}
READER = {"runner": "process", "params": {"sql": "select count(*) as n\nfrom clean"}}


def three(clean: dict[str, Any], **reader: Any) -> list[dict[str, Any]]:
    return [
        step("source", "clean", runner="collect", params={"items": [{"n": 1}]}),
        step("clean", "reader", **clean),
        step("reader", **{**READER, **reader}),
    ]


async def error_of(working: Harness, *steps: dict[str, Any]) -> str:
    ended = await working.run(*steps)
    query = "select error from batch_step where batch_instance_id = %s and step_key = 'reader'"
    return str((await working.rows(query, ended.instance_id))[0][0])


@pytest.mark.parametrize(
    ("clean", "reader", "says"),
    [
        (BROKEN, {}, 'step "clean" has failed and so made no items: mend it, or, to skip this step then, give it the'),
        (
            {"runner": "collect", "params": {"items": []}, "condition": "false"},
            {"fanIn": "none_failed"},
            'step "clean" did not run and so made no items: to skip this step then, give it the condition',
        ),
        ({}, {}, 'step "clean" makes no items: read those of a step that does'),
    ],
    ids=["a tolerated failure", "a step that was skipped", "a step that makes none"],
)
async def test_the_error_names_the_step_and_what_to_do(
    working: Harness, clean: dict[str, Any], reader: dict[str, Any], says: str
) -> None:
    error = await error_of(working, *three(clean, **reader))
    assert 'relation "clean" does not exist (line 2, column 6 of the SQL); ' + says in error


async def test_the_condition_that_it_advises_skips_the_step(working: Harness) -> None:
    ended = await working.run(*three(BROKEN, condition="steps.clean is defined"))
    assert (ended.status, (await working.states(ended.instance_id))["reader"]) == ("succeeded", "skipped")


async def test_a_table_of_that_name_is_read_as_before(working: Harness, connection: psycopg.Connection[Any]) -> None:
    connection.execute("create table clean as select 7 as n")
    connection.execute("grant select on clean to public")
    ended = await working.run(*three({}, params={"sql": "select n from clean"}))
    assert ended.status == "succeeded"
    assert (await working.result(ended.instance_id, "reader"))["items"] == 1


async def test_a_misspelt_table_is_still_only_that(working: Harness) -> None:
    error = await error_of(working, *three(BROKEN, params={"sql": "select clean.n from claen as clean"}))
    assert 'relation "claen" does not exist' in error
    assert "made no items" not in error
