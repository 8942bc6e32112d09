"""An edit that nobody has saved, rehearsed: what it says, and that nothing of it is kept as a version."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from definitions.errors import DefinitionError
from engine.asking import RequestRefused
from engine.cli.lookups import find_step
from engine.resetter import RetryRefused
from engine.versions import Versions
from tests.harness import Harness, step
from tests.rehearsing import GENERATE, of, pipeline, report_on, told
from tests.typing_commands import Type

NO_PROMPT = {name: value for name, value in GENERATE.items() if name != "template"} | {"prompt": "nobody_wrote_it"}
VERSIONS = "select version, content -> 'steps' -> 1 -> 'params' ->> 'template' from batch_definition_version"


def draft(*steps: Mapping[str, Any], **columns: Any) -> dict[str, Any]:
    return {"name": "pipeline", "steps": list(steps)} | columns


async def test_the_prompts_and_the_price_of_an_edit_are_seen_before_it_is_saved(rehearsing: Harness) -> None:
    await rehearsing.define(*pipeline(4))
    before = await rehearsing.rows(VERSIONS)
    edited = draft(*pipeline(6, generate={"template": "Spell {{ item.word }}."}), budget_usd=7)
    report = await report_on(rehearsing.engine, await rehearsing.engine.rehearse_draft(edited))
    asking = of(report, "generate").asking
    assert asking is not None
    assert (report.is_draft, report.version, report.problems) == (True, 1, [])
    assert (asking.examples[0].prompt, asking.requests) == ("Spell word0.", 6)
    assert (report.budget_usd, report.about_usd > 0) == (7, True)
    assert await rehearsing.rows(VERSIONS) == before
    assert await rehearsing.rows("select version, jsonb_array_length(steps) from batch_definition") == [(1, 3)]


async def test_an_instance_of_a_draft_shows_and_explains_the_steps_of_the_draft(rehearsing: Harness) -> None:
    await rehearsing.define(step("first"))
    edited = draft(step("first", "extra"), step("extra", condition="steps.first.n > 1"))
    instance_id = await rehearsing.engine.rehearse_draft(edited)
    await rehearsing.engine.wait(instance_id)
    content = await Versions(rehearsing.engine.database, rehearsing.engine.catalog).run_by(instance_id)
    assert [one["key"] for one in content["steps"]] == ["first", "extra"]
    parents = "select step_key from batch_instance i, parents_of(i, 'extra') where i.id = %s"
    assert await rehearsing.rows(parents, instance_id) == [("first",)]
    [(said,)] = await rehearsing.rows("select explained_step(%s, 'nope') -> 'values' -> 'hint'", instance_id)
    assert said is not None
    assert set(await rehearsing.states(instance_id)) == {"first", "extra"}


async def test_params_are_checked_by_the_schema_of_the_draft(rehearsing: Harness) -> None:
    await rehearsing.define(step("first"))
    schema = {"type": "object", "properties": {"day": {"type": "string"}, "n": {"type": "integer", "default": 3}}}
    edited = draft(
        step("first", params={"result": {"n": "{{ params.n }}"}}), params_schema={**schema, "required": ["day"]}
    )
    with pytest.raises(RequestRefused, match="the params of definition"):
        await rehearsing.engine.rehearse_draft(edited)
    instance_id = await rehearsing.engine.rehearse_draft(edited, params={"day": "1"})
    await rehearsing.engine.wait(instance_id)
    [(params,)] = await rehearsing.rows("select params from batch_instance where id = %s", instance_id)
    assert params == {"day": "1", "n": 3}


async def test_one_step_of_a_draft_is_tried_on_what_a_run_has_made(rehearsing: Harness) -> None:
    failed = await rehearsing.run(*pipeline(4, generate={"provider": "simulated"}, load={"columns": ["nn"]}))
    mended = draft(*pipeline(4, generate={"provider": "simulated"}))
    tried = await rehearsing.engine.rehearse_draft(mended, step="load", using=failed.instance_id)
    report = await report_on(rehearsing.engine, tried)
    assert not report.problems, told(report)
    loading = of(report, "load").loading
    assert loading is not None
    assert (loading.inserted, report.using, report.step) == (4, failed.instance_id, "load")
    with pytest.raises(LookupError, match=r"has no step 'lod' \(did you mean \"load\"\?\)"):
        await rehearsing.engine.rehearse_draft(mended, step="lod", using=failed.instance_id)


@pytest.mark.parametrize(
    ("edit", "path", "message"),
    [
        (draft(step("first", "nowhere")), "steps[0].nextSteps[0]", "unknown step"),
        (draft(step("first", runner="no_such")), "steps[0].runner", "no_such"),
        (draft(step("ask", runner="generate", params=NO_PROMPT)), "steps[0].params.prompt", "unknown prompt"),
    ],
)
async def test_a_draft_that_could_not_be_saved_is_not_rehearsed(
    rehearsing: Harness, edit: dict[str, Any], path: str, message: str
) -> None:
    await rehearsing.define(step("first"))
    with pytest.raises(DefinitionError) as refused:
        await rehearsing.engine.rehearse_draft(edit)
    assert any(one.path.startswith(path) and message in one.message for one in refused.value.problems), refused.value
    assert await rehearsing.rows("select count(*)::int from batch_instance") == [(0,)]


async def test_a_definition_that_is_not_there_yet_has_to_be_saved_first(rehearsing: Harness) -> None:
    with pytest.raises(RequestRefused, match='there is no definition "pipeline" yet') as refused:
        await rehearsing.engine.rehearse_draft(draft(step("first")))
    assert "enabled: false" in str(refused.value.hint)


async def test_a_failed_rehearsal_of_a_draft_is_not_retried_but_rehearsed_again(rehearsing: Harness) -> None:
    await rehearsing.define(step("first"))
    edited = draft(*pipeline(2, load={"columns": ["nn"]}))
    instance_id = await rehearsing.engine.rehearse_draft(edited)
    assert (await rehearsing.engine.wait(instance_id)).status == "failed"
    with pytest.raises(RetryRefused, match="rehearse the edit again"):
        await rehearsing.engine.retry(instance_id)


async def test_the_steps_of_a_rehearsed_draft_are_those_of_the_draft(rehearsing: Harness) -> None:
    await rehearsing.define(step("first", "gone"), step("gone"))
    instance = await rehearsing.engine.rehearse_draft(draft(step("first", "second"), step("second")))
    await rehearsing.engine.wait(instance)
    assert (await find_step(rehearsing.engine, instance, "second"))["id"] == instance
    with pytest.raises(LookupError, match="has no step 'gone'; it has first, second"):
        await find_step(rehearsing.engine, instance, "gone")


async def test_a_draft_goes_with_its_rehearsal(rehearsing: Harness) -> None:
    await rehearsing.define(step("first"))
    await rehearsing.engine.wait(await rehearsing.engine.rehearse_draft(draft(step("first"), step("second"))))
    assert await rehearsing.rows("select count(*)::int from batch_draft") == [(1,)]
    await rehearsing.rows("update batch_instance set finished_at = finished_at - interval '2 days' returning 1")
    await rehearsing.engine.prune()
    assert await rehearsing.rows("select count(*)::int from batch_draft") == [(0,)]


def test_the_command_rehearses_a_file_that_is_not_applied(command: Type, tmp_path: Path) -> None:
    path = tmp_path / "pipeline.json"
    path.write_text(json.dumps(draft(*pipeline(3, load={"table": "word", "create": True}))))
    command("apply", "pipeline.json")
    path.write_text(
        json.dumps(
            draft(*pipeline(3, generate={"template": "Spell {{ item.word }}."}, load={"table": "word", "create": True}))
        )
    )
    shown = command("rehearse", "--file", "pipeline.json", "--sample", "1")
    assert shown.exit_code == 0, shown.err
    assert "Spell word2." in shown.out
    assert "rehearsal of an unsaved edit of pipeline v1, on a sample of 1" in shown.out
    assert (
        json.loads(command("export", "pipeline", "--json").out)[0]["steps"][1]["params"]["template"]
        != "Spell {{ item.word }}."
    )
    other = command("rehearse", "lessons", "--file", "pipeline.json")
    assert (other.exit_code, "has 0 definitions of 'lessons'" in other.err) == (2, True)
    assert command("rehearse").exit_code == 2
