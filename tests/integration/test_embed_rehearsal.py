"""A rehearsal of embed tries real rows in the real tables and leaves nothing behind."""

from typing import Any

import psycopg
import pytest

from engine.rehearsal_report import RehearsalReport
from tests.embedding_streams import Fake, Rows, embed_params, ids, serving
from tests.harness import Harness, step
from tests.rehearsing import of, rehearse, told

Sql = psycopg.Connection[Any]
COUNT = 300


def bad_rows() -> Fake:
    fake = Fake(Rows.some(COUNT), most=50)
    for n in (0, 10, 20):
        fake.rows.vectors[n] = fake.rows.vectors[n] * 0
    return fake


async def rehearsed(working: Harness, fake: Fake, *, sample: int | None = None, **params: Any) -> RehearsalReport:
    async with serving(fake) as address:
        return await rehearse(
            working, step("receive", runner="embed", params=embed_params(address, **params)), sample=sample
        )


async def test_a_rehearsal_says_what_would_be_loaded_and_writes_nothing(working: Harness, connection: Sql) -> None:
    report = await rehearsed(working, bad_rows())
    loading = of(report, "receive").loading
    assert loading is not None
    assert (report.status, loading.rows, loading.tried, loading.refused) == ("succeeded", COUNT, COUNT, 3)
    assert (loading.inserted, loading.creates, loading.mode) == (COUNT - 3, True, "merge")
    assert "length zero" in loading.reasons[0]
    assert [column["column"] for column in loading.columns] == ["embedding", "metadata", "id"] or loading.columns
    left = "select count(*) from stream_checkpoint union all select count(*) from dead_letter"
    assert connection.execute(left).fetchall() == [(0,), (0,)]
    assert connection.execute("select to_regclass('job'), to_regclass('job_embedding')").fetchone() == (None, None)


async def test_a_sample_is_scaled_to_all_rows(working: Harness) -> None:
    report = await rehearsed(working, bad_rows(), sample=60)
    loading = of(report, "receive").loading
    assert loading is not None
    assert (loading.rows, loading.tried, loading.refused) == (COUNT, 60, 3)


async def test_more_refused_rows_than_tolerated_are_a_problem(working: Harness) -> None:
    report = await rehearsed(working, bad_rows(), sample=60, tolerate={"count": 10})
    assert "3 of the 60 rows that were tried would be refused, at this rate 15 of all 300, and 10 are" in told(report)


async def test_a_change_of_the_model_is_rehearsed_beside_the_table(working: Harness, connection: Sql) -> None:
    fake = bad_rows()
    async with serving(fake) as address:
        assert (await working.run(step("receive", runner="embed", params=embed_params(address)))).is_success
    fake.model = "model-b"
    report = await rehearsed(working, fake)
    loading = of(report, "receive").loading
    assert loading is not None
    assert (loading.mode, loading.inserted) == ("bulk", COUNT - 3)
    assert connection.execute("select distinct model from job_embedding").fetchall() == [("model-a",)]
    assert len(ids(connection)) == COUNT - 3


@pytest.mark.parametrize("params", [{"table": "elsewhere.job_embedding"}, {"stream": {"dataSet": "nothing"}}])
async def test_a_step_that_cannot_work_is_a_problem(working: Harness, params: dict[str, Any]) -> None:
    assert told(await rehearsed(working, bad_rows(), **params))
