"""A rehearsal runs the real definition on real input, and changes nothing but the engine's own tables."""

from datetime import timedelta

from runners.base import Outcome, Params, Rehearsal, StepRequest, Succeeded
from tests.generating import words
from tests.harness import Harness, step
from tests.rehearsing import LOAD, noted, of, pipeline, rehearse, report_on, told


async def test_nothing_reaches_the_target_and_no_transaction_touches_it(rehearsing: Harness) -> None:
    await rehearsing.rows("insert into lesson values (3, 'kept', 1), (99, 'kept', 1) returning 1")
    before = await rehearsing.rows("select xmin::text, ctid::text, lesson.* from lesson order by n")
    report = await rehearse(rehearsing, *pipeline(10))
    loading = of(report, "load").loading
    assert loading is not None
    assert (loading.inserted, loading.updated) == (9, 1)
    assert await rehearsing.rows("select xmin::text, ctid::text, lesson.* from lesson order by n") == before


async def test_a_rehearsal_of_replace_leaves_every_row_where_it_was(rehearsing: Harness) -> None:
    await rehearsing.rows("insert into lesson values (3, 'kept', 1) returning 1")
    report = await rehearse(rehearsing, *pipeline(10, load={"mode": "replace", "keys": []}))
    loading = of(report, "load").loading
    assert loading is not None
    assert (loading.tried, loading.inserted) == (10, 10)
    assert await rehearsing.rows("select * from lesson") == [(3, "kept", 1)]
    assert await rehearsing.rows("select relname from pg_class where relname like 'rehearsal%%'") == []


async def test_a_table_that_would_be_created_is_not(rehearsing: Harness) -> None:
    report = await rehearse(rehearsing, *pipeline(4, load={"table": "fresh", "create": True}))
    loading = of(report, "load").loading
    assert loading is not None
    assert (loading.creates, loading.inserted) == (True, 4)
    assert await rehearsing.rows("select to_regclass('fresh')") == [(None,)]


async def test_rows_that_the_table_would_refuse_fail_the_load_and_leave_no_dead_letter(rehearsing: Harness) -> None:
    async with rehearsing.engine.database.transaction() as connection:
        await connection.execute("alter table lesson add constraint easy check (n < 4)")
    report = await rehearse(rehearsing, *pipeline(6))
    assert "load: public.lesson refuses 2 of the 6 rows that were tried, at this rate 2 of all 6, and 0" in told(report)
    assert "easy" in told(report)
    assert await rehearsing.rows("select count(*)::int from dead_letter") == [(0,)]


async def test_a_column_that_the_table_lacks_is_a_problem(rehearsing: Harness) -> None:
    report = await rehearse(rehearsing, *pipeline(3, load={"columns": ["n", "word", "levle"]}))
    assert "load: these items cannot be loaded into public.lesson" in told(report)
    assert '"levle" (did you mean "level"?)' in told(report)


async def test_no_answer_of_a_rehearsal_is_taken_for_a_real_one(rehearsing: Harness) -> None:
    steps = pipeline(5, generate={"provider": "simulated"})
    first = await rehearse(rehearsing, *steps)
    again = await rehearse(rehearsing, *steps)
    assert first.about_usd == again.about_usd > 0
    real = await rehearsing.engine.run("pipeline")
    assert (await rehearsing.result(real.instance_id, "generate"))["requests"] == 5


async def test_what_a_rehearsal_picks_is_not_used(rehearsing: Harness) -> None:
    pick = {"count": 2, "strategy": "least_used", "key": "n"}
    collect = step("collect", runner="collect", params={"items": words(5), "pick": pick})
    report = await rehearse(rehearsing, collect)
    assert of(report, "collect").items == 2
    assert await rehearsing.rows(
        "select (select count(*) from batch_usage) + (select count(*) from batch_usage_claim)"
    ) == [(0,)]


async def test_a_runner_that_takes_no_part_is_not_run_and_its_children_see_no_items(rehearsing: Harness) -> None:
    report = await rehearse(
        rehearsing,
        step("collect", "notify", runner="collect", params={"items": words(3)}),
        step("notify", "load", params={"items": 7}),
        step("load", runner="load", params=LOAD),
    )
    assert rehearsing.noop.runs == []
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


async def test_a_runner_that_takes_part_is_told_that_it_is_a_rehearsal(rehearsing: Harness) -> None:
    seeing = Seeing()
    await rehearsing.engine.register(seeing)
    await rehearse(rehearsing, step("look", runner="seeing"), sample=7)
    await rehearsing.engine.run("pipeline")
    assert seeing.told == [Rehearsal(sample=7), None]


async def test_rows_are_refused_at_the_rate_of_the_sample(rehearsing: Harness) -> None:
    async with rehearsing.engine.database.transaction() as connection:
        await connection.execute("alter table lesson add constraint easy check (n > 0)")
    steps = [
        step("collect", "load", runner="collect", params={"items": [{"n": n, "word": "w"} for n in range(40)]}),
        step("load", runner="load", params={**LOAD, "tolerate": {"count": 3}}),
    ]
    report = await rehearse(rehearsing, *steps, sample=10)
    assert "refuses 1 of the 10 rows that were tried, at this rate 4 of all 40, and 3 are tolerated" in told(report)


async def test_explaining_leaves_the_table_as_it_was(rehearsing: Harness) -> None:
    async with rehearsing.engine.database.transaction() as connection:
        await connection.execute(
            "create table question (id int primary key, body text, explanation text, explanation_status text,"
            " explanation_generated_at timestamptz, explanation_error text)"
        )
        await connection.execute("insert into question select n, 'q' || n from generate_series(1, 8) as n")
    before = await rehearsing.rows("select xmin::text, question.* from question order by id")
    params = {"table": "question", "template": "Explain {{ item.body }}", "provider": "openai", "model": "gpt-5-mini"}
    report = await rehearse(rehearsing, step("explain", runner="explain", params=params), sample=4)
    asking = of(report, "explain").asking
    assert asking is not None, told(report)
    assert (asking.mode, asking.asked, asking.requests) == ("live", 4, 8)
    assert await rehearsing.rows("select xmin::text, question.* from question order by id") == before


async def test_a_rehearsal_takes_no_place_of_a_real_run(rehearsing: Harness) -> None:
    await rehearsing.define(step("busy", params={"snoozeTimes": 1_000_000}), max_active=1)
    real = await rehearsing.engine.start("pipeline")
    report = await report_on(rehearsing.engine, await rehearsing.engine.rehearse("pipeline"))
    assert report.status == "succeeded"
    assert await rehearsing.rows("select status from batch_instance where id = %s", real) == [("running",)]
    await rehearsing.engine.cancel(real)


async def test_listings_mark_it_and_pruning_takes_it_and_its_books_after_a_day(rehearsing: Harness) -> None:
    report = await rehearse(rehearsing, *pipeline(3))
    assert await rehearsing.rows("select rehearsal from batch_instance_overview") == [
        ({"sample": None, "step": None, "using": None},)
    ]
    assert await rehearsing.engine.prune(keep=timedelta(days=90)) == 0
    await rehearsing.rows("update batch_instance set finished_at = finished_at - interval '25 h' returning 1")
    assert await rehearsing.engine.prune(keep=timedelta(days=90)) == 1
    for table in ("provider_batch", "provider_batch_item", "provider_answer", "batch_item"):
        assert await rehearsing.rows(f"select count(*)::int from {table}") == [(0,)], report


async def test_a_failed_rehearsal_can_be_retried_and_stays_one(rehearsing: Harness) -> None:
    report = await rehearse(rehearsing, *pipeline(3, load={"columns": ["nn"]}))
    assert report.status == "failed"
    await rehearsing.define(*pipeline(3))
    await rehearsing.engine.retry(report.instance_id, version=2)
    report = await report_on(rehearsing.engine, report.instance_id)
    assert (report.status, report.version) == ("succeeded", 2)
    assert await rehearsing.rows("select * from lesson") == []
