"""A look at the database that takes too long is given up, and says so."""

from tests.harness import Harness, step
from tests.serving import served_on


async def test_a_read_that_takes_too_long_is_stopped_and_says_what_to_ask_instead(idle: Harness) -> None:
    async with served_on(idle, read_seconds=1) as served:
        async with idle.engine.database.transaction() as connection:
            await connection.execute("lock table batch_instance in access exclusive mode")
            answer = await served.viewer.get("/instances")
        assert (answer.status_code, answer.headers["content-type"]) == (504, "application/problem+json")
        assert answer.json()["title"] == "The answer takes too long"
        assert "smaller `limit`" in answer.json()["hint"]
        assert (await served.viewer.get("/instances")).status_code == 200


async def test_what_changes_something_waits_as_long_as_it_must(idle: Harness) -> None:
    await idle.define(step("a"))
    async with served_on(idle, read_seconds=1) as served:
        [(limit,)] = await served.rows("select current_setting('statement_timeout')")
        assert limit == "0"
        assert (await served.operator.post("/definitions/pipeline/run")).status_code == 202
