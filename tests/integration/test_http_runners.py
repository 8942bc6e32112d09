"""The runners over HTTP: what a form for a step is made of."""

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import pytest

from tests.harness import Harness, step
from tests.serving import Served, served_on


@pytest.fixture
async def served(idle: Harness) -> AsyncIterator[Served]:
    async with served_on(idle) as running:
        yield running


async def schemas(served: Served) -> dict[str, dict[str, Any]]:
    return {row["name"]: row["params_schema"] for row in (await served.viewer.get("/runners")).json()["data"]}


def fields(schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every field of the params, and of the objects below them."""
    for part in (schema, *schema.get("$defs", {}).values()):
        yield from part.get("properties", {}).items()


async def test_every_runner_comes_with_what_it_is_for_and_whether_it_rehearses(served: Served) -> None:
    rows = {row["name"]: row for row in (await served.viewer.get("/runners")).json()["data"]}
    assert list(rows) == sorted(rows)
    assert {"collect", "process", "generate", "explain", "load", "embed", "noop"} <= set(rows)
    assert all(row["description"] and row["version"] for row in rows.values())
    assert (rows["generate"]["rehearses"], rows["noop"]["rehearses"]) == (True, False)


async def test_texts_are_marked_by_the_editor_that_they_need(served: Served) -> None:
    found = await schemas(served)
    asking = found["generate"]["properties"]
    assert '"x-sql": True' in str(found["collect"]["properties"]["sql"]).replace("'", '"')
    assert '"x-sql": True' in str(found["process"]["properties"]["sql"]).replace("'", '"')
    for name, marks in (
        ("template", {"x-template", "x-per-item"}),
        ("system", {"x-template"}),
        ("prompt", {"x-prompt"}),
    ):
        assert {key for key in asking[name]["anyOf"][0] if key.startswith("x-")} == marks, name
    assert asking["model"].keys().isdisjoint({"x-template", "x-sql", "x-prompt"})


async def test_fields_of_which_one_is_given_are_marked(served: Served) -> None:
    found = await schemas(served)
    for runner, names in (("embed", ["stream", "items"]), ("generate", ["prompt", "template"])):
        assert found[runner]["x-one-of"] == names
    assert found["process"]["x-one-of"] == ["sql", "template", "render", "parse", "explode", "dedupe"]


async def test_every_field_of_the_shipped_runners_says_what_it_is(served: Served) -> None:
    shipped = [schema for name, schema in (await schemas(served)).items() if name != "noop"]
    silent = [name for schema in shipped for name, field in fields(schema) if not {"description", "$ref"} & set(field)]
    assert silent == []


async def test_marks_change_nothing_about_which_params_are_taken(served: Served) -> None:
    asked = {"model": "small", "template": "{{ item.word }}", "system": "Be {{ params.tone }}."}
    taken = [step("a", "b", runner="collect", params={"items": []}), step("b", runner="generate", params=asked)]
    schema = {"type": "object", "properties": {"tone": {"type": "string"}}}
    body = {"steps": taken, "params_schema": schema, "version": 0}
    assert (await served.editor.put("/definitions/hello", json=body)).status_code == 200
    taken[1]["params"] = asked | {"system": 7}
    refused = await served.editor.put("/definitions/hello", json=body | {"version": 1})
    assert refused.status_code == 422
    assert [one["path"] for one in refused.json()["problems"]] == ["steps[1].params.system"]
