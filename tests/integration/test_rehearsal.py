"""A rehearsal runs the real definition on real input, and changes nothing but the engine's own tables."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from runners.base import Outcome, Params, Rehearsal, StepRequest, Succeeded
from tests.generating import words
from tests.harness import Harness, step
from tests.rehearsing import LOAD, noted, of, pipeline, rehearse, rehearsing_on, report_on, told


@pytest.fixture
async def harness(
    database_url: str, test_reader_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Harness]:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    async with rehearsing_on(database_url, test_reader_url, storage=tmp_path / "storage") as harness:
        yield harness


async def test_nothing_reaches_the_target_and_no_transaction_touches_it(harness: Harness) -> None:
    await harness.rows("insert into lesson values (3, 'kept', 1), (99, 'kept', 1) returning 1")
    before = await harness.rows("select xmin::text, ctid::text, lesson.* from lesson order by n")
    report = await rehearse(harness, *pipeline(10))
    loading = of(report, "load").loading
    assert loading is not None
    assert (loading.inserted, loading.updated) == (9, 1)
    assert await harness.rows("select xmin::text, ctid::text, lesson.* from lesson order by n") == before


async def test_a_rehearsal_of_replace_leaves_every_row_where_it_was(harness: Harness) -> None:
    await harness.rows("insert into lesson values (3, 'kept', 1) returning 1")
    report = await rehearse(harness, *pipeline(10, load={"mode": "replace", "keys": []}))
    loading = of(report, "load").loading
    assert loading is not None
    assert (loading.tried, loading.inserted) == (10, 10)
    assert await harness.rows("select * from lesson") == [(3, "kept", 1)]
    assert await harness.rows("select relname from pg_class where relname like 'rehearsal%%'") == []


async def test_a_table_that_would_be_created_is_not(harness: Harness) -> None:
    report = await rehearse(harness, *pipeline(4, load={"table": "fresh", "create": True}))
    loading = of(report, "load").loading
    assert loading is not None
    assert (loading.creates, loading.inserted) == (True, 4)
    assert await harness.rows("select to_regclass('fresh')") == [(None,)]


async def test_rows_that_the_table_would_refuse_fail_the_load_and_leave_no_dead_letter(harness: Harness) -> None:
    async with harness.engine.database.transaction() as connection:
        await connection.execute("alter table lesson add constraint easy check (n < 4)")
    report = await rehearse(harness, *pipeline(6))
    assert "load: public.lesson refuses 2 of the 6 rows that were tried, at this rate 2 of all 6, and 0" in told(report)
    assert "easy" in told(report)
    assert await harness.rows("select count(*)::int from dead_letter") == [(0,)]


async def test_a_column_that_the_table_lacks_is_a_problem(harness: Harness) -> None:
    report = await rehearse(harness, *pipeline(3, load={"columns": ["n", "word", "levle"]}))
    assert "load: these items cannot be loaded into public.lesson" in told(report)
    assert '"levle" (did you mean "level"?)' in told(report)


async def test_no_answer_of_a_rehearsal_is_taken_for_a_real_one(harness: Harness) -> None:
    steps = pipeline(5, generate={"provider": "simulated"})
    first = await rehearse(harness, *steps)
    again = await rehearse(harness, *steps)
    assert first.about_usd == again.about_usd > 0
    real = await harness.engine.run("pipeline")
    assert (await harness.result(real.instance_id, "generate"))["requests"] == 5


async def test_what_a_rehearsal_picks_is_not_used(harness: Harness) -> None:
    pick = {"count": 2, "strategy": "least_used", "key": "n"}
    collect = step("collect", runner="collect", params={"items": words(5), "pick": pick})
    report = await rehearse(harness, collect)
    assert of(report, "collect").items == 2
    assert await harness.rows(
        "select (select count(*) from batch_usage) + (select count(*) from batch_usage_claim)"
    ) == [(0,)]


async def test_a_runner_that_takes_no_part_is_not_run_and_its_children_see_no_items(harness: Harness) -> None:
    report = await rehearse(
        harness,
        step("collect", "notify", runner="collect", params={"items": words(3)}),
        step("notify", "load", params={"items": 7}),
        step("load", runner="load", params=LOAD),
    )
    assert harness.noop.runs == []
    assert of(report, "load").items == 0
    assert "notify: was not rehearsed, for the runner 'noop' takes no part in rehearsals" in noted(report)
    assert "the steps after it saw no items of it: load" in noted(report)


class Seeing:
    """A runner that takes part, and remembers what it was told."""

    name = "seeing"
    version = "1"
    description = "Remembers."
    rehearses = True
    Params = Params

    def __init__(self) -> None:
        self.told: list[Rehearsal | None] = []

    async def run(self, request: StepRequest) -> Outcome:
        self.told.append(request.rehearsal)
        return Succeeded()


async def test_a_runner_that_takes_part_is_told_that_it_is_a_rehearsal(harness: Harness) -> None:
    seeing = Seeing()
    await harness.engine.register(seeing)
    await rehearse(harness, step("look", runner="seeing"), sample=7)
    await harness.engine.run("pipeline")
    assert seeing.told == [Rehearsal(sample=7), None]


async def test_rows_are_refused_at_the_rate_of_the_sample(harness: Harness) -> None:
    async with harness.engine.database.transaction() as connection:
        await connection.execute("alter table lesson add constraint easy check (n > 0)")
    steps = [
        step("collect", "load", runner="collect", params={"items": [{"n": n, "word": "w"} for n in range(40)]}),
        step("load", runner="load", params={**LOAD, "tolerate": {"count": 3}}),
    ]
    report = await rehearse(harness, *steps, sample=10)
    assert "refuses 1 of the 10 rows that were tried, at this rate 4 of all 40, and 3 are tolerated" in told(report)


async def test_explaining_leaves_the_table_as_it_was(harness: Harness) -> None:
    async with harness.engine.database.transaction() as connection:
        await connection.execute(
            "create table question (id int primary key, body text, explanation text, explanation_status text,"
            " explanation_generated_at timestamptz, explanation_error text)"
        )
        await connection.execute("insert into question select n, 'q' || n from generate_series(1, 8) as n")
    before = await harness.rows("select xmin::text, question.* from question order by id")
    params = {"table": "question", "template": "Explain {{ item.body }}", "provider": "openai", "model": "gpt-5-mini"}
    report = await rehearse(harness, step("explain", runner="explain", params=params), sample=4)
    asking = of(report, "explain").asking
    assert asking is not None, told(report)
    assert (asking.mode, asking.asked, asking.requests) == ("live", 4, 8)
    assert await harness.rows("select xmin::text, question.* from question order by id") == before


async def test_a_rehearsal_takes_no_place_of_a_real_run(harness: Harness) -> None:
    await harness.define(step("busy", params={"snoozeTimes": 1_000_000}), max_active=1)
    real = await harness.engine.start("pipeline")
    report = await report_on(harness.engine, await harness.engine.rehearse("pipeline"))
    assert report.status == "succeeded"
    assert await harness.rows("select status from batch_instance where id = %s", real) == [("running",)]
    await harness.engine.cancel(real)


async def test_listings_mark_it_and_pruning_takes_it_and_its_books_after_a_day(harness: Harness) -> None:
    report = await rehearse(harness, *pipeline(3))
    assert await harness.rows("select rehearsal from batch_instance_overview") == [
        ({"sample": None, "step": None, "using": None},)
    ]
    assert await harness.engine.prune(keep=timedelta(days=90)) == 0
    await harness.rows("update batch_instance set finished_at = finished_at - interval '25 h' returning 1")
    assert await harness.engine.prune(keep=timedelta(days=90)) == 1
    for table in ("provider_batch", "provider_batch_item", "provider_answer", "batch_item"):
        assert await harness.rows(f"select count(*)::int from {table}") == [(0,)], report


async def test_a_failed_rehearsal_can_be_retried_and_stays_one(harness: Harness) -> None:
    report = await rehearse(harness, *pipeline(3, load={"columns": ["nn"]}))
    assert report.status == "failed"
    await harness.define(*pipeline(3))
    await harness.engine.retry(report.instance_id, version=2)
    report = await report_on(harness.engine, report.instance_id)
    assert (report.status, report.version) == ("succeeded", 2)
    assert await harness.rows("select * from lesson") == []
