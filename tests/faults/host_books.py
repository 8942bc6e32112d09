"""What the workers on their hosts run, and the books that must be right in the end: each step once, nothing left over.

A step's effect is written without a unique key, where it is not there yet: only the fence of the transaction keeps a
late worker from writing it a second time.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import psycopg
from pydantic import Field

from runners.base import Json, Outcome, Params, StepRequest, Succeeded
from tests.faults.scenario import assert_nothing_is_stuck
from tests.harness import step

Connection = psycopg.Connection[tuple[Any, ...]]

Unit = tuple[int, str, int]
"""Instance, step, shard: what a runner is called for."""

Span = tuple[float, float]
"""Seconds until the first, and until the last, of several steps."""

TABLES = """
create table effect (instance bigint, step text, shard int, attempt int);
create index on effect (instance, step, shard);
"""
MARK = """
insert into effect
select %(instance)s, %(step)s, %(shard)s, %(attempt)s
where not exists (select from effect where instance = %(instance)s and step = %(step)s and shard = %(shard)s)
"""

FAN, SHARDS, CHAINS, LENGTH = 40, 20, 2, 19
STEPS = FAN + SHARDS + CHAINS * LENGTH + 2
"""Calls of a runner in each instance."""

PATIENT = {"maxAttempts": 100, "intervalSeconds": 0.2, "jitter": "none", "maxDelaySeconds": 0.5}


class Mark:
    """Takes its time, writes its effect through the fence, succeeds."""

    name = "mark"
    version = "1"
    description = "Writes one row for each step."

    class Params(Params):
        seconds: float = 0
        result: dict[str, Json] = Field(default_factory=dict)

    async def run(self, request: StepRequest) -> Outcome:
        await asyncio.sleep(request.params.seconds)
        shard = request.shard.index if request.shard else 0
        unit = {"instance": request.instance_id, "step": request.step_key, "shard": shard}
        async with request.transaction() as connection:
            await connection.execute(MARK, unit | {"attempt": request.attempt})
        return Succeeded(request.params.result)


def definition(*, seconds: float) -> list[dict[str, Any]]:
    """Return a root, a fan-out, a parallel step and chains, and their join; each call takes so many seconds."""
    slow: dict[str, Any] = {"runner": "mark", "params": {"seconds": seconds}, "retry": PATIENT}
    root = {"runner": "mark", "params": {"result": {"n": list(range(SHARDS))}}, "retry": PATIENT}
    fan = [f"fan{n}" for n in range(FAN)]
    spread = {"over": "steps.root.n", "chunk": 1, "maxConcurrency": 10}
    return [
        step("root", "spread", *fan, *(f"chain{n}_0" for n in range(CHAINS)), **root),
        step("spread", "join", parallel=spread, **slow),
        *(step(key, "join", **slow) for key in fan),
        *(step(_link(n, at), _link(n, at + 1), **slow) for n in range(CHAINS) for at in range(LENGTH)),
        step("join", **slow),
    ]


def _link(chain: int, at: int) -> str:
    return f"chain{chain}_{at}" if at < LENGTH else "join"


def _units(instance: int) -> set[Unit]:
    keys = {"root", "join", *(f"fan{n}" for n in range(FAN))}
    keys |= {_link(chain, at) for chain in range(CHAINS) for at in range(LENGTH)}
    return {(instance, key, 0) for key in keys} | {(instance, "spread", n + 1) for n in range(SHARDS)}


def assert_books_are_right(connection: Connection, instances: int) -> None:
    """Every instance succeeded, every step of it succeeded once and took effect once, and nobody holds a lease."""
    assert_nothing_is_stuck(connection)
    ended = connection.execute("select id, status, error from batch_instance order by id").fetchall()
    assert len(ended) == instances
    assert [row for row in ended if row[1:] != ("succeeded", None)] == []
    expected = sorted(unit for instance, *_ in ended for unit in _units(instance))
    assert connection.execute(_SUCCEEDED).fetchall() == expected, "steps are missing, or succeeded twice"
    assert connection.execute("select instance, step, shard from effect order by 1, 2, 3").fetchall() == expected
    assert connection.execute("select id, leased_by from batch_step where leased_by is not null").fetchall() == []
    assert connection.execute(_LATE).fetchall() == [], "an attempt took effect after the one that succeeded"


_SUCCEEDED = """
select batch_instance_id, step_key, shard
from batch_step_result
where error is null and (step_key <> 'spread' or shard > 0)
order by 1, 2, 3
"""
_LATE = """
select effect.*, result.attempt
from effect
join batch_step_result as result
    on result.batch_instance_id = instance and result.step_key = step and result.shard = effect.shard
where result.error is null and effect.attempt > result.attempt
"""


def knows_the_runner(connection: Connection) -> bool:
    return _one(connection, "select exists (select from batch_runner where name = 'mark')")


def start_instances(connection: Connection, count: int) -> None:
    connection.execute("select start_instance('across') from generate_series(1, %s)", (count,))


def count_ready(connection: Connection) -> int:
    """Count what waits for a worker, and what soon will: all of an instance whose root is not done yet."""
    ready = "select count(*) from batch_step where state = 'ready'"
    pending = "select count(*) from batch_instance where status = 'pending'"
    roots = "select count(*) from batch_step where step_key = 'root' and state <> 'succeeded'"
    return int(_one(connection, f"select ({ready}) + {STEPS} * (({pending}) + ({roots}))"))


def have_ended(connection: Connection) -> bool:
    """Say whether no instance is under way."""
    return _one(connection, "select not exists (select from batch_instance where finished_at is null)")


def standing(connection: Connection) -> list[tuple[Any, ...]]:
    """Return how many steps stand how, for a message."""
    query = """
        select state, reason, leased_by, published_at is not null as published, lease_expires_at < now() as expired,
            attempt, count(*), min(now() - published_at), min(run_after - now()), min(error)
        from batch_step
        group by 1, 2, 3, 4, 5, 6
        order by 1, 2, 3, 4, 5, 6
    """
    return connection.execute(query).fetchall()


def held_by(connection: Connection, worker: str) -> list[int]:
    """Return the steps that a worker is running, as the table sees it. Workers are named by a pattern."""
    rows = connection.execute("select id from batch_step where state = 'running' and leased_by like %s", (worker,))
    return [step_id for (step_id,) in rows.fetchall()]


def all_done(connection: Connection, steps: Sequence[int]) -> bool:
    return _one(
        connection,
        "select not exists (select from batch_step where id = any(%s) and state <> 'succeeded')",
        list(steps),
    )


def seconds_to_rescue(connection: Connection, steps: Sequence[int], since: datetime) -> Span | None:
    """Return how long after ``since`` the first and the last of these steps were taken back; None: none was."""
    query = """
        select extract(epoch from min(result.finished_at) - %(since)s),
            extract(epoch from max(result.finished_at) - %(since)s)
        from batch_step as step
        join batch_step_result as result using (batch_instance_id, step_key, shard)
        where step.id = any(%(steps)s)
          and result.error like 'worker %% was lost%%'
          and result.finished_at > %(since)s
    """
    return _span(connection, query, steps, since)


def seconds_to_success(connection: Connection, steps: Sequence[int], since: datetime) -> Span | None:
    """Return how long after ``since`` the first and the last of these steps succeeded; None: there are none."""
    query = """
        select extract(epoch from min(finished_at) - %(since)s), extract(epoch from max(finished_at) - %(since)s)
        from batch_step
        where id = any(%(steps)s)
    """
    return _span(connection, query, steps, since)


def _span(connection: Connection, query: str, steps: Sequence[int], since: datetime) -> Span | None:
    first, last = connection.execute(query, {"since": since, "steps": list(steps)}).fetchall()[0]
    return None if first is None else (float(first), float(last))


def first_claim(connection: Connection, worker: str, since: datetime) -> datetime | None:
    """Return when, after this moment, a worker first claimed a step."""
    claims = """
        select min(started_at)
        from (
            select started_at, leased_by as worker from batch_step where state = 'running'
            union all
            select started_at, worker from batch_step_result
        ) as claim
        where worker like %s and started_at > %s
    """
    claimed: datetime | None = _one(connection, claims, worker, since)
    return claimed


def _one(connection: Connection, query: str, *binds: Any) -> Any:
    return connection.execute(query, binds).fetchall()[0][0]
