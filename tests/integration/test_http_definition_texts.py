"""A definition as YAML and back over HTTP: what is written is read again, and what cannot be read is said at its place."""

from typing import Any

import pytest

from tests.harness import step
from tests.serving import Served

WRITTEN = """name: pipeline
budget_usd: 2.5
steps:
  - key: collect
    runner: noop
    params:
      sql: |-
        select 1
        where true
    nextSteps:
      - load
  - key: load
    runner: noop
"""


async def parsed(served: Served, text: str) -> tuple[int, dict[str, Any]]:
    answer = await served.viewer.post("/definitions/parse", json={"text": text})
    return answer.status_code, answer.json()


async def test_what_is_written_is_read_again(idle_served: Served) -> None:
    status, read = await parsed(idle_served, WRITTEN)
    assert (status, read["definition"]["budget_usd"]) == (200, 2.5)
    assert read["definition"]["steps"][0]["params"]["sql"] == "select 1\nwhere true"
    answer = await idle_served.viewer.post("/definitions/text", json=read["definition"])
    assert answer.json()["text"] == WRITTEN
    assert await idle_served.rows("select count(*)::int from batch_definition") == [(0,)]


async def test_a_definition_that_is_wrong_is_written_all_the_same(idle_served: Served) -> None:
    draft = {"name": "", "steps": [step("a", "nowhere") | {"runner": "no_such", "timeoutSeconds": "soon"}], "cron": "x"}
    answer = await idle_served.viewer.post("/definitions/text", json=draft)
    assert answer.status_code == 200
    assert "timeoutSeconds: soon" in answer.json()["text"]


@pytest.mark.parametrize(
    ("text", "path", "message"),
    [
        ("name: a\nsteps:\n  - key: [b\n", "text:4:1", "did not find expected"),
        ('{"name": "a",\n "steps": [}', "text:2:12", "did not find expected node content"),
        ("name: a\nname: b\n", "text:2:1", "duplicate key"),
        ("name: a\n---\nname: b\n", "text", "has 2 definitions"),
        ("", "text", "has 0 definitions"),
        ("just words", "text", "not a definition"),
    ],
)
async def test_what_cannot_be_read_is_said_with_line_and_column(
    idle_served: Served, text: str, path: str, message: str
) -> None:
    status, problem = await parsed(idle_served, text)
    assert (status, problem["problems"][0]["path"]) == (422, path)
    assert message in problem["problems"][0]["message"]
