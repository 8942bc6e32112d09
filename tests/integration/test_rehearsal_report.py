"""What a rehearsal says of the real run: what it would ask, cost, take and write, and what would go wrong."""

import pytest

from engine.cli.rehearse import to_json
from tests.harness import Harness
from tests.rehearsing import noted, of, pipeline, rehearse, told


async def test_it_says_what_the_real_run_would_ask_cost_and_write(rehearsing: Harness) -> None:
    report = await rehearse(rehearsing, *pipeline(30))
    assert not report.problems, told(report)
    asking, loading = of(report, "generate").asking, of(report, "load").loading
    assert asking is not None
    assert loading is not None
    assert (asking.provider, asking.model, asking.mode) == ("openai", "gpt-5-mini", "batch")
    assert (asking.asked, asking.accepted, asking.requests) == (30, 30, 30)
    assert [example.prompt for example in asking.examples] == ["Teach the word word0.", "Teach the word word1."]
    assert (loading.rows, loading.tried, loading.inserted) == (30, 30, 30)
    assert [one["column"] for one in loading.columns] == ["n", "word", "level"]


async def test_the_price_is_that_of_the_real_provider_model_and_mode(rehearsing: Harness) -> None:
    await rehearsing.rows(
        "insert into model_price (provider, model, mode, input_usd, output_usd) values"
        " ('openai', 'gpt-5-mini', 'batch', 1000000, 0), ('gemini', 'gpt-5-mini', 'batch', 7, 7),"
        " ('simulated', 'gpt-5-mini', 'batch', 9, 9) returning 1"
    )
    asking = of(await rehearse(rehearsing, *pipeline(5)), "generate").asking
    assert asking is not None
    assert asking.about_usd == asking.input_tokens
    assert asking.at_most_usd >= asking.about_usd


async def test_a_price_that_nobody_knows_is_a_problem_before_it_is_one(rehearsing: Harness) -> None:
    report = await rehearse(rehearsing, *pipeline(3, generate={"model": "my-own-model"}))
    assert "generate: no price is known for the model 'my-own-model' of openai" in told(report)


async def test_a_sample_is_scaled_to_the_whole_input(rehearsing: Harness) -> None:
    whole = await rehearse(rehearsing, *pipeline(40))
    report = await rehearse(rehearsing, *pipeline(40), sample=10)
    asking, loading = of(report, "generate").asking, of(report, "load").loading
    assert asking is not None
    assert loading is not None
    assert of(report, "collect").items == 40
    assert (asking.asked, asking.requests, of(report, "generate").scale) == (10, 40, 4.0)
    assert (loading.tried, loading.rows) == (10, 40)
    assert "generate: asked for a sample; its figures, and those after it, are scaled by 4" in noted(report)
    assert float(report.about_usd) == pytest.approx(float(whole.about_usd), rel=0.1)
    assert float(report.at_most_usd) == pytest.approx(float(whole.at_most_usd), rel=0.1)


async def test_a_sample_is_taken_from_all_over_the_input(rehearsing: Harness) -> None:
    asking = of(await rehearse(rehearsing, *pipeline(40), sample=2), "generate").asking
    assert asking is not None
    assert [example.prompt for example in asking.examples] == ["Teach the word word19.", "Teach the word word39."]


async def test_the_shards_of_a_parallel_step_are_added_up(rehearsing: Harness) -> None:
    steps = pipeline(12)
    steps[1]["parallel"] = {"over": "collect", "chunk": 4}
    report = await rehearse(rehearsing, *steps, sample=2)
    asking = of(report, "generate").asking
    assert asking is not None, told(report)
    assert (asking.asked, asking.requests) == (6, 12)


async def test_a_schema_that_no_answer_can_fit_is_reported(rehearsing: Harness) -> None:
    impossible = {"type": "string", "minLength": 9, "maxLength": 3}
    schema = {"type": "object", "properties": {"word": impossible}, "required": ["word"]}
    report = await rehearse(rehearsing, *pipeline(3, generate={"schema": schema}))
    asking = of(report, "generate").asking
    assert asking is not None
    assert (asking.accepted, asking.rejected) == (0, 3)
    assert "generate: 3 items got no answer that can be used: 3 x cannot_answer" in told(report)


async def test_answers_that_would_be_cut_off_are_reported_and_the_rest_is_rehearsed(rehearsing: Harness) -> None:
    report = await rehearse(rehearsing, *pipeline(3, generate={"maxOutputTokens": 3, "tolerate": {"count": 0}}))
    assert "generate: 3 items got no answer that can be used: 3 x cut_off" in told(report)
    assert of(report, "load").state == "succeeded"
    assert await rehearsing.rows("select count(*)::int from dead_letter") == [(0,)]


async def test_a_budget_is_told_of_and_stops_nothing(rehearsing: Harness) -> None:
    report = await rehearse(rehearsing, *pipeline(20), budget_usd=0.001)
    assert of(report, "generate").state == "succeeded"
    assert "generate: would stop before it pays: it can cost up to $" in told(report)


async def test_what_was_bought_before_is_not_counted_again(rehearsing: Harness) -> None:
    simulated = {"provider": "simulated"}
    await rehearsing.run(*pipeline(6, generate=simulated))
    asking = of(await rehearse(rehearsing, *pipeline(10, generate=simulated)), "generate").asking
    assert asking is not None
    assert (asking.asked, asking.requests, asking.bought_before) == (10, 4, 6)


async def test_answers_are_taken_to_be_as_long_as_earlier_ones(rehearsing: Harness) -> None:
    await rehearsing.rows(
        "insert into provider_answer (request_hash, provider, model, mode, provider_batch_id, raw, finish, input_tokens,"
        " output_tokens, cost_usd, is_simulated) values ('a', 'openai', 'gpt-5-mini', 'live', 0, '{}', 'stop', 1, 700, 0,"
        " false), ('b', 'openai', 'gpt-5-mini', 'batch', 0, '{}', 'stop', 1, 9000, 0, true) returning 1"
    )
    asking = of(await rehearse(rehearsing, *pipeline(5)), "generate").asking
    assert asking is not None
    assert asking.output_tokens == 5 * 700
    assert asking.output_tokens_as.words == "the last 1 answers of gpt-5-mini"


async def test_jobs_are_taken_to_last_as_earlier_ones_or_the_providers_window(rehearsing: Harness) -> None:
    asking = of(await rehearse(rehearsing, *pipeline(3)), "generate").asking
    assert asking is not None
    assert (asking.seconds, asking.duration.words) == (None, "within 24 h, the window of openai")
    await rehearsing.rows(
        "insert into provider_batch (intent, batch_instance_id, step_id, step_key, build, attempt, provider, model, mode,"
        " state, request, terms, submitted_at, finished_at) values ('past', 0, 0, 'generate', 1, 1, 'openai', 'm',"
        " 'batch', 'ingested', '{}', '{}', now() - interval '40 min', now()) returning 1"
    )
    asking = of(await rehearse(rehearsing, *pipeline(3)), "generate").asking
    assert asking is not None
    assert asking.duration.words == "about 40 min, as the last 1 jobs"


async def test_live_calls_last_as_their_concurrency_lets_them(rehearsing: Harness) -> None:
    live = {"mode": "live", "concurrency": 2}
    asking = of(await rehearse(rehearsing, *pipeline(4, generate=live)), "generate").asking
    assert asking is not None
    assert asking.mode == "live"
    assert "if 2 calls at once" in asking.duration.words


async def test_a_missing_key_is_told_of_and_not_needed(rehearsing: Harness) -> None:
    report = await rehearse(rehearsing, *pipeline(2))
    assert "OPENAI_API_KEY" in noted(report)


async def test_the_json_has_every_key_always(rehearsing: Harness) -> None:
    shown = to_json(await rehearse(rehearsing, *pipeline(3), budget_usd=5))
    assert set(shown) == {
        "instance_id", "definition", "version", "is_draft", "status", "sample", "step", "using", "problems", "notes", "budget_usd",
        "about_usd", "at_most_usd", "steps",
    }  # fmt: skip
    assert (shown["budget_usd"], shown["about_usd"] > 0) == (5.0, True)
    collect, generate, load = shown["steps"]
    assert collect == {
        "key": "collect", "runner": "collect", "state": "succeeded", "items": 3, "failed": 0, "scale": 1.0,
        "asking": None, "loading": None,
    }  # fmt: skip
    assert set(generate["asking"]) == {
        "provider", "model", "mode", "prompt", "asked", "accepted", "rejected", "reasons", "requests", "bought_before",
        "input_tokens", "output_tokens", "output_tokens_as", "about_usd", "at_most_usd", "price_is_upper_bound",
        "seconds", "duration", "examples",
    }  # fmt: skip
    assert set(generate["asking"]["examples"][0]) == {"system", "prompt", "answer", "error"}
    assert set(load["loading"]) == {
        "table", "mode", "creates", "rows", "tried", "inserted", "updated", "unchanged", "superseded", "refused",
        "reasons", "columns",
    }  # fmt: skip
