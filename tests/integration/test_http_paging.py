"""Every list that comes in pages: its parts make the whole, and none of them is empty."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from psycopg.types.json import Jsonb

from services.http.routes.document import document
from tests.harness import Harness, step
from tests.questions import install
from tests.serving import Served, served_on
from tests.uploads import GOOD, done

STEPS = """
insert into batch_step (batch_instance_id, step_key, runner, state, attempt, started_at, leased_by, lease_expires_at)
select %s, key, 'noop', 'running', 1, clock_now(), 'worker of ' || key, clock_now() + interval '1 min'
from unnest(array['a', 'b']) as key
returning id
"""
RESULTS = """
insert into batch_step_result (batch_instance_id, step_key, shard, attempt, error, worker, started_at, finished_at)
select batch_instance_id, step_key, 0, n, 'lost', leased_by, started_at, clock_now()
from batch_step cross join generate_series(2, 3) as n
returning attempt
"""
ITEMS = """
insert into batch_item (step_id, seq, state, payload)
select id, n, 'succeeded', '{}' from batch_step cross join generate_series(1, 2) as n
returning seq
"""
LETTERS = """
insert into dead_letter (batch_instance_id, step_key, source, payload, reason)
select batch_instance_id, step_key, 'posting', '{}', 'refused' from batch_step
returning id
"""
FIRES = """
insert into batch_cron_fire (definition_id, fire_at, outcome, reason)
select id, clock_now() - make_interval(hours => n), 'missed', 'late'
from batch_definition cross join generate_series(1, 2) as n where name = 'pipeline'
returning fire_at
"""
JOBS = """
insert into provider_batch (intent, batch_instance_id, step_id, step_key, build, attempt, provider, model, mode, state,
    request, terms, items, provider_job, deadline_at)
select gen_random_uuid()::text, batch_instance_id, id, step_key, 1, 1, 'openai', 'small', 'batch', 'submitted', '{}',
    '{}', 1, 'job', clock_now() + interval '1 hour'
from batch_step
returning id
"""
PASS = {"number": 1, "version": "1", "work": [], "rows": 1, "parts": 1, "mode": "merge", "stage": "loading"}


@pytest.fixture
async def served(idle: Harness) -> AsyncIterator[Served]:
    """An API that has two rows or more for every list."""
    await install(idle)
    await idle.define(step("a"), step("b"))
    async with served_on(idle) as running:
        for _ in range(2):
            asked = await running.operator.post("/definitions/pipeline/run")
            assert asked.status_code == 202, asked.text
        await fill(running, asked.json()["instance_id"])
        yield running


async def fill(served: Served, instance: int) -> None:
    await done(served, GOOD)
    await served.rows(STEPS, instance)
    for statement in (RESULTS, ITEMS, LETTERS, FIRES, JOBS):
        await served.rows(statement)
    for collection in ("one", "two"):
        position = Jsonb(PASS | {"owner": {"instance_id": instance, "step_key": "a"}})
        insert = "insert into stream_checkpoint (stream, position) values (%s, %s) returning stream"
        await served.rows(insert, f"embed:{collection}<-postings", position)


def paged_paths(served: Served) -> list[tuple[str, str]]:
    """Every path whose list goes on after a key, and what that key is called."""
    found = []
    for path, operations in document(served.app)["paths"].items():
        names = {parameter["name"] for parameter in operations.get("get", {}).get("parameters", ())}
        keys = names & {"after", "before"}
        found += [(path, key) for key in keys if "limit" in names]
    return sorted(found)


async def part(served: Served, path: str, **query: Any) -> tuple[list[Any], str | None]:
    answer = await served.admin.get(path, params=query)
    assert answer.status_code == 200, answer.text
    page = answer.json()
    page = page["data"] if isinstance(page["data"], dict) else page
    return [_lasting(row) for row in page.get("data") or page["questions"]], page["next"]


def _lasting(row: dict[str, Any]) -> dict[str, Any]:
    """A row without what grows as time passes."""
    return {name: value for name, value in row.items() if not isinstance(value, float)}


async def test_a_list_that_ends_with_a_full_page_offers_no_empty_one(served: Served) -> None:
    [(instance,)] = await served.rows("select batch_instance_id from batch_step limit 1")
    paths = paged_paths(served)
    assert len(paths) > 12
    for pattern, key in paths:
        path = pattern.format(instance_id=instance, step_key="a", set_id="spring")
        rows, following = await part(served, path, limit=1_000)
        assert (len(rows) >= 2, following) == (True, None), path
        assert await part(served, path, limit=len(rows)) == (rows, None), path
        first, following = await part(served, path, limit=len(rows) - 1)
        assert following is not None, path
        assert await part(served, path, limit=len(rows) - 1, **{key: following}) == (rows[-1:], None), path
        assert first == rows[:-1], path
