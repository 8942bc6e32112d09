"""Generating with the simulated provider: what is asked, accepted, remembered and paid."""

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from definitions.errors import DefinitionError
from tests.generating import answers, generating, jobs
from tests.harness import Harness, engine_on


@pytest.fixture
async def harness(database_url: str, test_reader_url: str, tmp_path: Path) -> AsyncIterator[Harness]:
    async with (
        engine_on(database_url, test_reader_url, storage=tmp_path / "storage") as harness,
        harness.engine.working(),
    ):
        yield harness


async def result(harness: Harness, instance_id: int) -> Any:
    return await harness.result(instance_id, "generate")


@pytest.mark.parametrize("mode", ["batch", "live"])
async def test_every_item_gets_an_answer_that_fits_the_schema(harness: Harness, mode: str) -> None:
    ended = await harness.run(*generating(30, mode=mode))
    assert ended.is_success, ended.error
    found = await answers(harness, ended.instance_id)
    assert [one["n"] for one in found] == list(range(30))
    assert all(one["word"] and 1 <= one["level"] <= 6 for one in found)
    summary = await result(harness, ended.instance_id)
    assert (summary["items"], summary["failed"], summary["requests"], summary["simulated"]) == (30, 0, 30, True)
    assert summary["cost_usd"] > 0
    assert await jobs(harness) == [("ingested", 30, 30, 0, 0)]


@pytest.mark.parametrize("mode", ["batch", "live"])
async def test_a_second_run_buys_nothing(harness: Harness, mode: str) -> None:
    first = await harness.run(*generating(30, mode=mode))
    again = await harness.engine.run("pipeline")
    assert again.is_success, again.error
    assert await answers(harness, again.instance_id) == await answers(harness, first.instance_id)
    summary = await result(harness, again.instance_id)
    assert (summary["requests"], summary["from_cache"], summary["cost_usd"]) == (0, 30, 0)
    assert len(await jobs(harness)) == 1


async def test_only_what_is_new_is_bought(harness: Harness) -> None:
    await harness.run(*generating(20))
    ended = await harness.run(*generating(25))
    summary = await result(harness, ended.instance_id)
    assert (summary["items"], summary["requests"], summary["from_cache"]) == (25, 5, 20)


async def test_with_reuse_by_instance_another_instance_buys_again(harness: Harness) -> None:
    await harness.run(*generating(5, reuse="instance"))
    again = await harness.engine.run("pipeline")
    assert (await result(harness, again.instance_id))["requests"] == 5


async def test_equal_requests_of_one_step_are_one_purchase(harness: Harness) -> None:
    ended = await harness.run(*generating(12, template="Teach a word."))
    assert ended.is_success, ended.error
    summary = await result(harness, ended.instance_id)
    assert (summary["items"], summary["requests"], summary["from_cache"]) == (12, 1, 11)


async def test_few_items_are_asked_live_and_many_in_a_batch(harness: Harness) -> None:
    await harness.run(*generating(5, mode="auto", liveBelow=6))
    await harness.run(*generating(6, mode="auto", liveBelow=6, template="Spell {{ item.word }}."))
    assert await jobs(harness, "mode, items") == [("live", 5), ("batch", 6)]


async def test_an_item_whose_prompt_cannot_be_made_fails_alone(harness: Harness) -> None:
    ended = await harness.run(*generating(5, template="{% if item.n == 3 %}{{ item.none }}{% endif %}{{ item.word }}"))
    assert ended.is_success, ended.error
    assert [one["n"] for one in await answers(harness, ended.instance_id)] == [0, 1, 2, 4]
    summary = await result(harness, ended.instance_id)
    assert summary["failed"] == 1
    letters = await harness.rows("select payload ->> 'n', reason from dead_letter")
    assert letters[0][0] == "3"
    assert "prompt: it cannot be made" in letters[0][1]


async def test_answers_that_are_cut_off_end_dead_with_the_reason(harness: Harness) -> None:
    ended = await harness.run(*generating(4, maxOutputTokens=3, maxTries=2, tolerate={"count": 0}))
    assert not ended.is_success
    assert "4 x cut_off" in (ended.error or "")
    assert await jobs(harness) == [("ingested", 4, 0, 4, 0), ("ingested", 4, 0, 0, 4)]
    assert await harness.rows(
        "select state, attempts, count(*) from batch_item where error is not null group by 1, 2"
    ) == [("dead", 2, 4)]


async def test_a_retry_after_failed_items_asks_only_for_those_again(harness: Harness) -> None:
    steps = generating(4, maxOutputTokens=3, maxTries=1, tolerate={"count": 0})
    ended = await harness.run(*steps)
    await harness.engine.retry(ended.instance_id)
    again = await harness.engine.wait(ended.instance_id)
    assert not again.is_success
    assert await jobs(harness, "items, dead") == [(4, 4), (4, 4)]
    assert await harness.rows("select count(*)::int from dead_letter") == [(4,)]


async def test_a_budget_stops_the_step_before_it_pays_and_goes_on_when_it_is_raised(harness: Harness) -> None:
    ended = await harness.run(*generating(50), budget_usd=0.001)
    assert not ended.is_success
    assert "50 requests would cost up to $" in (ended.error or "")
    assert await harness.reason(ended.instance_id, "generate") == "budget"
    assert await harness.rows("select coalesce(sum(cost_usd), 0)::float8 from provider_batch") == [(0.0,)]
    await harness.rows("update batch_definition set budget_usd = 5 returning 1")
    await harness.engine.retry(ended.instance_id)
    again = await harness.engine.wait(ended.instance_id)
    assert again.is_success, again.error
    assert len(await answers(harness, ended.instance_id)) == 50


async def test_an_unknown_price_is_refused_unless_it_is_free(harness: Harness) -> None:
    ended = await harness.run(*generating(3, model="my-own-model"))
    assert "no price is known" in (ended.error or "")
    ended = await harness.run(*generating(3, model="my-own-model", unknownPrice="free"))
    assert ended.is_success, ended.error


async def test_the_operators_price_wins(harness: Harness) -> None:
    await harness.rows(
        "insert into model_price (provider, model, mode, input_usd, output_usd)"
        " values ('simulated', 'my-own-model', 'batch', 1000000, 0) returning 1"
    )
    ended = await harness.run(*generating(3, model="my-own-model"))
    summary = await result(harness, ended.instance_id)
    assert summary["cost_usd"] == summary["input_tokens"]


async def test_the_books_cannot_be_closed_by_hand_with_wrong_sums(harness: Harness) -> None:
    await harness.run(*generating(3))
    with pytest.raises(Exception, match="cannot go from ingested"):
        await harness.rows("update provider_batch set state = 'submitted' returning 1")
    with pytest.raises(Exception, match="books"):
        await harness.rows("update provider_batch set succeeded = 2 returning 1")


async def test_a_retry_with_the_latest_version_takes_the_mended_prompt(harness: Harness) -> None:
    await harness.rows("insert into prompt_template (key, body) values ('teach', 'Teach.') returning 1")
    asking = {"template": None, "prompt": "teach", "maxOutputTokens": 3, "maxTries": 1, "tolerate": {"count": 0}}
    ended = await harness.run(*generating(4, **asking))
    assert not ended.is_success
    await harness.rows("update prompt_template set body = 'Teach {{ item.word }}.' returning 1")
    plan = await harness.engine.plan_retry(ended.instance_id, version=1)
    assert [(step.key, step.fate, step.why.words) for step in plan.steps][1] == (
        "generate",
        "rerun",
        "the prompt 'teach' was edited",
    )
    await harness.engine.retry(ended.instance_id, version=1)
    await harness.engine.wait(ended.instance_id)
    assert await harness.rows(
        "select prompt from provider_batch_item where prompt <> 'Teach.' order by seq limit 1"
    ) == [("Teach word0.",)]


async def test_one_instance_can_have_a_budget_of_its_own(harness: Harness) -> None:
    await harness.define(*generating(50), budget_usd=5)
    instance_id = await harness.engine.start("pipeline", budget_usd=Decimal("0.001"))
    assert not (await harness.engine.wait(instance_id)).is_success
    assert await harness.reason(instance_id, "generate") == "budget"
    await harness.engine.set_budget(instance_id, Decimal(1))
    await harness.engine.retry(instance_id)
    assert (await harness.engine.wait(instance_id)).is_success


async def test_params_that_only_the_runner_can_refuse_are_refused_when_they_are_applied(harness: Harness) -> None:
    with pytest.raises(DefinitionError, match=r"steps\[1\].params.schema: "):
        await harness.define(*generating(1, schema={"type": "object", "properties": {"n": {"type": "nonsense"}}}))
    with pytest.raises(DefinitionError, match="give either prompt"):
        await harness.define(*generating(1, prompt="also"))


async def test_an_unknown_mode_that_a_template_makes_is_refused_with_the_one_that_may_be_meant(
    harness: Harness,
) -> None:
    ended = await harness.run(*generating(1, mode="{{ params.mode }}"), params={"mode": "Bach"})
    assert 'params.mode: must be one of "batch", "live", "flex", "auto", not "Bach" (did you mean "batch"?)' in (
        ended.error or ""
    )


async def test_a_dollar_against_work_of_three_stops_before_it_is_exceeded_and_goes_on_when_raised(
    harness: Harness,
) -> None:
    price = 3_000_000 / (50 * 1024)
    await harness.rows(
        "insert into model_price (provider, model, mode, input_usd, output_usd)"
        " values ('simulated', 'dear', 'batch', 0, %s) returning 1",
        price,
    )
    ended = await harness.run(*generating(50, model="dear"), budget_usd=1)
    assert "50 requests would cost up to $3.0000, and the budget of the instance is $1.0000" in (ended.error or "")
    assert await harness.rows("select coalesce(sum(cost_usd), 0)::float8 from provider_batch") == [(0.0,)]
    await harness.engine.set_budget(ended.instance_id, Decimal(4))
    await harness.engine.retry(ended.instance_id)
    assert (await harness.engine.wait(ended.instance_id)).is_success
