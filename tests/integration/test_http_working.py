"""What runs now and what holds it back: workers, leases, limits, jobs at providers, breakers, money."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest

from tests.harness import Harness, step
from tests.serving import Served, served_on

RUNNING = """
insert into batch_step (batch_instance_id, step_key, runner, shard, state, attempt, started_at, leased_by,
    lease_expires_at)
values (%s, 'a', %s, %s, 'running', 1, clock_now() - interval '1 min', %s, clock_now() + make_interval(secs => %s))
returning id
"""
JOB = """
insert into provider_batch (intent, batch_instance_id, step_id, step_key, build, attempt, provider, model, mode, state,
    request, terms, items, succeeded, failed, cost_usd, is_simulated, provider_job, created_at, deadline_at, finished_at)
values (gen_random_uuid()::text, %(instance)s, 1, 'a', 1, 1, 'openai', 'small', 'batch', %(state)s, '{}', '{}', 100,
    %(succeeded)s, %(failed)s, %(usd)s, %(simulated)s, 'job', clock_now() - make_interval(days => %(days)s),
    clock_now() + interval '1 hour', case when %(state)s = 'ingested' then clock_now() end)
returning id
"""
SERVER = "embeddings:localhost:50051"
OPEN_BREAKER = """
insert into circuit_breaker (name, state, failures, failing_since, opened_at, cooldown, retry_at, reason)
values (%s, 'open', 5, clock_now(), clock_now(), interval '30 seconds', clock_now() + interval '30 seconds', 'gone')
returning name
"""


@pytest.fixture
async def served(idle: Harness) -> AsyncIterator[Served]:
    await idle.define(step("a"))
    async with served_on(idle, usd_per_day=7) as running:
        yield running


async def data(served: Served, path: str, **params: Any) -> list[dict[str, Any]]:
    answer = await served.viewer.get(path, params=params)
    assert answer.status_code == 200, answer.text
    shown: list[dict[str, Any]] = answer.json()["data"]
    return shown


async def pages(served: Served, path: str, key: str, **params: Any) -> list[dict[str, Any]]:
    """Every row of a listing, one at a time."""
    found: list[dict[str, Any]] = []
    mark = None
    while True:
        query = params | {"limit": 1} | ({key: mark} if mark else {})
        answer = (await served.viewer.get(path, params=query)).json()
        found += answer["data"]
        mark = answer["next"]
        if mark is None:
            return found


async def bought(served: Served, instance: int, **more: Any) -> int:
    """A job of 100 requests."""
    given = {"state": "ingested", "failed": 0, "usd": 0, "simulated": False, "days": 0} | more
    done = 100 - given["failed"] if given["state"] == "ingested" else 0
    async with served.harness.engine.database.transaction() as connection:
        await connection.execute("set local session_replication_role = replica")
        cursor = await connection.execute(JOB, given | {"instance": instance, "succeeded": done})
        [(job,)] = await cursor.fetchall()
    return int(job)


async def test_workers_and_their_leases_are_those_of_running_steps(served: Served) -> None:
    instance = await served.harness.engine.start("pipeline")
    for shard, (runner, worker, seconds) in enumerate([("noop", "w1", 60), ("load", "w1", 30), ("noop", "w2", -5)]):
        await served.rows(RUNNING, instance, runner, shard, worker, seconds)
    first, second = await pages(served, "/workers", "after")
    assert (first["worker"], first["running"], first["overdue"], first["runners"]) == ("w1", 2, 0, ["load", "noop"])
    assert (second["worker"], second["running"], second["overdue"]) == ("w2", 1, 1)
    leases = await pages(served, "/leases", "after")
    assert [(lease["worker"], lease["shard"], lease["is_overdue"]) for lease in leases] == [
        ("w1", 0, False), ("w1", 1, False), ("w2", 2, True),
    ]  # fmt: skip
    assert first["lease_expires_at"] == leases[1]["lease_expires_at"]
    assert {lease["definition"] for lease in leases} == {"pipeline"}
    assert [lease["shard"] for lease in await data(served, "/leases", worker="w2")] == [2]


async def test_limits_say_how_they_are_used(served: Served) -> None:
    assert await data(served, "/limits") == []
    await served.rows("insert into batch_limit (scope, name, max_running) values ('runner', 'noop', 2) returning name")
    await served.rows(RUNNING, await served.harness.engine.start("pipeline"), "noop", 0, "w", 60)
    (limit,) = await data(served, "/limits")
    assert (limit["scope"], limit["name"], limit["running"], limit["max_running"], limit["waiting"]) == (
        "runner", "noop", 1, 2, 0,
    )  # fmt: skip


async def test_jobs_at_providers_are_listed_with_their_age_and_the_open_ones_alone(served: Served) -> None:
    instance = await served.harness.engine.start("pipeline")
    closed = await bought(served, instance, failed=3, usd=1.5, days=1)
    waiting = await bought(served, instance, state="submitted", days=2)
    first, second = await pages(served, "/provider-batches", "before")
    assert [first["id"], second["id"]] == [waiting, closed]
    assert first["age_seconds"] == pytest.approx(2 * 86_400, abs=60)
    assert first["next_poll_at"]
    assert (second["done"], second["refused"], second["spent_usd"]) == (100, 3, "1.50000000")
    assert (second["next_poll_at"], second["is_overdue"]) == (None, False)
    assert [job["id"] for job in await data(served, "/provider-batches", open="true")] == [waiting]
    assert await data(served, "/provider-batches", instance=instance + 1) == []


async def test_readers_that_have_not_been_told_of_a_change_are_behind(served: Served) -> None:
    for name in ("one", "two"):
        await served.rows(
            "insert into cache_reader (name, address, token) values (%s, 'h:1', 'secret') returning name", name
        )
    for told in (1, 2):
        await served.rows(
            "insert into cache_invalidation (reader, collection, generation, told, error)"
            " values ('two', %s, 2, %s, 'refused') returning reader", f"c{told}", told,
        )  # fmt: skip
    known = {reader["name"]: reader for reader in await data(served, "/cache-readers")}
    one, two = known["one"], known["two"]  # this server is a reader, too
    assert (one["name"], one["address"], one["behind"], one["error"]) == ("one", "h:1", 0, None)
    assert (two["name"], two["behind"], two["error"]) == ("two", 1, "refused")
    assert "token" not in one


async def test_a_breaker_whose_name_has_a_slash_is_closed_by_its_name_in_the_body(served: Served) -> None:
    name = "embeddings:unix:///run/embeddings.sock"
    await served.rows(OPEN_BREAKER, name)
    assert (await served.viewer.post("/circuit-breakers/close", json={"name": name})).status_code == 403
    answer = await served.operator.post("/circuit-breakers/close", json={"name": name})
    assert answer.json() == {"name": name, "changed": True}
    assert (await served.operator.post("/circuit-breakers/close", json={"name": "a/b"})).status_code == 404
    assert (await served.operator.post("/circuit-breakers/close", json={})).status_code == 422


async def test_an_operator_closes_a_breaker_and_a_viewer_may_not(served: Served) -> None:
    await served.rows(OPEN_BREAKER, SERVER)
    path = f"/circuit-breakers/{SERVER}/close"
    assert (await served.viewer.post(path)).status_code == 403
    (shown,) = await data(served, "/circuit-breakers")
    assert (shown["state"], shown["failures"], shown["cooldown"], shown["reason"]) == ("open", 5, 30, "gone")
    for changed in (True, False):
        answer = await served.operator.post(path)
        assert answer.json() == {"name": SERVER, "changed": changed}
    (shown,) = await data(served, "/circuit-breakers")
    assert (shown["state"], shown["failures"], shown["retry_at"]) == ("closed", 0, None)
    assert (await served.operator.post("/circuit-breakers/other/close")).status_code == 404
    assert await served.rows("select subject, outcome, before ->> 'state' from audit_log order by id") == [
        (SERVER, "done", "open"), (SERVER, "done", "closed"), ("other", "refused", None),
    ]  # fmt: skip


async def test_money_is_summed_by_day_and_definition_and_what_was_simulated_is_told_apart(served: Served) -> None:
    await served.harness.define(step("a"), name="other", budget_usd=5)
    old, new = [await served.harness.engine.start("pipeline") for _ in range(2)]
    await bought(served, old, usd=1, days=1)
    await bought(served, old, usd=2, days=40)
    await bought(served, new, usd=0.25)
    await bought(served, new, usd=0.5, simulated=True)
    await bought(served, 999, usd=4)
    await served.rows("update batch_instance set rehearsal = '{}' where id = %s returning id", new)
    rehearsed = await budget(served)
    assert [(day["definition"], Decimal(day["spent_usd"])) for day in rehearsed["days"]] == [("pipeline", 1), (None, 4)]
    await served.rows("update batch_instance set rehearsal = null where id = %s returning id", new)
    shown = await budget(served)
    by_definition = {one["name"]: one for one in shown["definitions"]}
    spent = [(day["definition"], Decimal(day["spent_usd"]), Decimal(day["simulated_usd"])) for day in shown["days"]]
    assert spent == [("pipeline", 1, 0), ("pipeline", Decimal("0.25"), Decimal("0.5")), (None, 4, 0)]
    assert shown["limit_usd_per_day"] == "7"
    pipeline, other = by_definition["pipeline"], by_definition["other"]
    assert (Decimal(pipeline["spent_30d_usd"]), Decimal(pipeline["last_spent_usd"])) == (
        Decimal("1.25"),
        Decimal("0.75"),
    )
    assert pipeline["last_instance_id"] == new
    assert (Decimal(other["budget_usd"]), other["last_spent_usd"]) == (5, None)
    assert len((await budget(served, days=60))["days"]) == 4
    assert (await served.viewer.get("/budget", params={"days": 0})).status_code == 422


async def budget(served: Served, **params: Any) -> dict[str, Any]:
    answer = await served.viewer.get("/budget", params=params)
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown
