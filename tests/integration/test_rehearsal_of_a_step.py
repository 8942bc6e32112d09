"""One step tried alone on what another instance has made; and the command."""

import json
from pathlib import Path

import pytest

from engine.resetter import RetryRefused
from tests.harness import Harness, step
from tests.rehearsing import noted, of, pipeline, rehearse, report_on, told
from tests.typing_commands import Type


async def test_a_mended_step_is_tried_alone_on_what_a_failed_run_has_made(rehearsing: Harness) -> None:
    failed = await rehearsing.run(*pipeline(4, generate={"provider": "simulated"}, load={"columns": ["nn"]}))
    assert not failed.is_success
    await rehearsing.define(*pipeline(4, generate={"provider": "simulated"}))
    tried = await rehearsing.engine.rehearse_step("pipeline", "load", using=failed.instance_id)
    report = await report_on(rehearsing.engine, tried)
    assert not report.problems, told(report)
    loading = of(report, "load").loading
    assert loading is not None
    assert (loading.tried, loading.inserted) == (4, 4)
    assert await rehearsing.states(tried) == {"load": "succeeded"}
    assert await rehearsing.rows("select * from lesson") == []
    assert f"its input is what instance {failed.instance_id} has made" in noted(report)


async def test_a_step_tried_alone_reads_results_and_the_condition_of_that_run(rehearsing: Harness) -> None:
    await rehearsing.define(step("first", "second", params={"result": {"word": "hut"}}), step("second"))
    first = await rehearsing.engine.run("pipeline")
    items = [{"n": 1, "word": "{{ steps.first.word }}"}]
    await rehearsing.define(
        step("first", "second", params={"result": {"word": "hut"}}),
        step("second", runner="collect", condition="steps.first.word == 'hut'", params={"items": items}),
    )
    tried = await rehearsing.engine.rehearse_step("pipeline", "second", using=first.instance_id)
    report = await report_on(rehearsing.engine, tried)
    assert (of(report, "second").state, of(report, "second").items) == ("succeeded", 1)
    assert await rehearsing.rows("select payload ->> 'word' from batch_item") == [("hut",)]


async def test_a_prompt_is_tried_on_a_sample_of_what_a_rehearsal_collected(rehearsing: Harness) -> None:
    first = await rehearse(rehearsing, *pipeline(20))
    await rehearsing.define(*pipeline(20, generate={"template": "Spell {{ item.word }}."}))
    tried = await rehearsing.engine.rehearse_step("pipeline", "generate", using=first.instance_id, sample=1)
    asking = of(await report_on(rehearsing.engine, tried), "generate").asking
    assert asking is not None
    assert [example.prompt for example in asking.examples] == ["Spell word19."]
    assert (asking.asked, asking.requests) == (1, 20)


async def test_a_step_tried_alone_is_not_retried_but_tried_again(rehearsing: Harness) -> None:
    first = await rehearse(rehearsing, *pipeline(2, load={"columns": ["nn"]}))
    tried = await rehearsing.engine.rehearse_step("pipeline", "load", using=first.instance_id)
    assert (await rehearsing.engine.wait(tried)).status == "failed"
    with pytest.raises(RetryRefused, match="only tried step 'load'"):
        await rehearsing.engine.retry(tried)


async def test_a_step_or_a_run_that_is_not_there_is_refused_and_nothing_starts(rehearsing: Harness) -> None:
    first = await rehearse(rehearsing, *pipeline(2))
    with pytest.raises(LookupError, match=r"has no step 'lod' \(did you mean \"load\"\?\)"):
        await rehearsing.engine.rehearse_step("pipeline", "lod", using=first.instance_id)
    with pytest.raises(LookupError, match="there is no instance 999"):
        await rehearsing.engine.rehearse_step("pipeline", "load", using=999)
    assert await rehearsing.rows("select count(*)::int from batch_instance") == [(1,)]


def test_the_command_prints_problems_first_and_ends_with_1(command: Type, tmp_path: Path) -> None:
    definition = {"name": "pipeline", "steps": pipeline(3, load={"table": "nowhere"})}
    (tmp_path / "pipeline.json").write_text(json.dumps(definition))
    assert command("apply", "pipeline.json").exit_code == 0
    shown = command("rehearse", "pipeline")
    assert shown.exit_code == 1
    assert shown.out.split()[:2] == ["problems", "load:"]
    assert "there is no table public.nowhere" in shown.out
    assert "Teach the word word0." in shown.out
    assert "openai gpt-5-mini, batch" in shown.out
    definition = {"name": "pipeline", "steps": pipeline(3, load={"table": "nowhere", "create": True})}
    (tmp_path / "pipeline.json").write_text(json.dumps(definition))
    command("apply", "pipeline.json")
    tried = command("rehearse", "pipeline", "--step", "load", "--using", "1", "--json")
    assert tried.exit_code == 0, tried.err
    assert json.loads(tried.out)["steps"][0]["loading"]["inserted"] == 3


def test_step_and_using_go_together(command: Type) -> None:
    assert "go together" in command("rehearse", "pipeline", "--step", "load").err
