"""What the fault tests run, and what must be true of it however often it was broken off.

The definition has a chain, a condition, a parallel step, a step that fails once, and a join. Its runner writes an
effect through the fence, once for each step and shard, and one line to a log over a connection of its own.
"""

import asyncio
import os
import signal
from collections.abc import Callable, Sequence
from typing import Any

import psycopg

from definitions.models import ErrorClass
from runners.base import Failed, LostLease, Outcome, Params, StepRequest, Succeeded
from tests.harness import QUICK, step

TABLES = """
create table effect (instance bigint, step text, shard int, attempt int, primary key (instance, step, shard));
create table run_log (instance bigint, step text, shard int, attempt int, pid int, what text)
"""

EFFECT = "insert into effect values (%s, %s, %s, %s) on conflict do nothing"
LOG = "insert into run_log values (%s, %s, %s, %s, %s, %s)"


def scenario(*, seconds: float = 0) -> list[dict[str, Any]]:
    """Return the steps; ``seconds`` is how long the first one takes."""
    return [
        step(
            "first",
            "left",
            "right",
            "spread",
            "flaky",
            runner="effect",
            params={"result": {"n": 5}, "seconds": seconds},
        ),
        step("left", "join", runner="effect", condition="steps.first.n > 3"),
        step("right", "join", runner="effect", condition="steps.first.n <= 3"),
        step("spread", "join", runner="effect", parallel={"over": "[1, 2, 3]", "chunk": 1, "maxConcurrency": 2}),
        step("flaky", "join", runner="effect", params={"failUntilAttempt": 2}, retry=QUICK),
        step("join", "last", runner="effect", params={"result": {"n": "{{ steps.first.n }}"}}),
        step("last", runner="effect"),
    ]


UNITS = {
    ("first", 0), ("left", 0), ("spread", 1), ("spread", 2), ("spread", 3), ("flaky", 0), ("join", 0), ("last", 0),
}  # fmt: skip
"""The steps and shards of the scenario that a runner is called for."""


class Effect:
    """Writes its effect through the fence and succeeds. ``reach`` is told of each point of the run."""

    name = "effect"
    version = "1"
    description = "Writes one row for each step."

    class Params(Params):
        seconds: float = 0
        fail_until_attempt: int = 1
        fails: int = 0
        result: dict[str, object] = {}  # noqa: RUF012

    def __init__(self, url: str, *, reach: Callable[[str], None] = lambda point: None) -> None:
        self._url = url
        self._reach = reach
        self._own: psycopg.AsyncConnection[Any] | None = None
        self._opening = asyncio.Lock()

    async def run(self, request: StepRequest) -> Outcome:
        await self._log(request, "began")
        try:
            return await self._run(request)
        except (LostLease, asyncio.CancelledError) as broken_off:
            await self._log(request, type(broken_off).__name__)
            raise

    async def _run(self, request: StepRequest) -> Outcome:
        await asyncio.sleep(request.params.seconds)
        if request.attempt < request.params.fail_until_attempt or request.attempt <= request.params.fails:
            return Failed("not yet", ErrorClass.TRANSIENT)
        self._reach("effect:before")
        async with request.transaction() as connection:
            await connection.execute(EFFECT, (*_unit(request), request.attempt))
            self._reach("effect:inside")
        self._reach("effect:after")
        return Succeeded(request.params.result)

    async def _log(self, request: StepRequest, what: str) -> None:
        async with self._opening:
            if self._own is None or self._own.closed:
                self._own = await psycopg.AsyncConnection.connect(self._url, autocommit=True)
        await self._own.execute(LOG, (*_unit(request), request.attempt, os.getpid(), what))

    async def close(self) -> None:
        if self._own is not None:
            await self._own.close()


def _unit(request: StepRequest) -> tuple[int, str, int]:
    return request.instance_id, request.step_key, request.shard.index if request.shard else 0


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def assert_nothing_is_stuck(connection: psycopg.Connection[Any]) -> None:
    """Every instance has ended, with all its steps, and no lease, no count and no result is left over or missing."""
    assert (
        _all(
            connection, "select id, status, open_steps from batch_instance where finished_at is null or open_steps <> 0"
        )
        == []
    )
    assert _all(connection, "select step_key, shard, state from batch_step where finished_at is null") == []
    twice = (
        "select batch_instance_id, step_key, shard from batch_step_result where error is null"
        " group by 1, 2, 3 having count(*) > 1"
    )
    assert _all(connection, twice) == [], "a step succeeded twice"
    missing = (
        "select s.batch_instance_id, s.step_key, s.shard from batch_step s left join batch_step_result r"
        " using (batch_instance_id, step_key, shard, attempt) where s.state = 'succeeded' and (r.error is not null"
        " or r.attempt is null)"
    )
    assert _all(connection, missing) == [], "a step succeeded without a result"


def assert_ended_right(connection: psycopg.Connection[Any], instances: Sequence[int]) -> None:
    """Each of these instances of the scenario succeeded, and each of its steps took effect exactly once."""
    assert_nothing_is_stuck(connection)
    failed = "select id, status, error from batch_instance where id = any(%s) and status <> 'succeeded'"
    assert _all(connection, failed, list(instances)) == []
    effects = _all(connection, "select instance, step, shard from effect order by 1, 2, 3")
    assert effects == sorted((instance, *unit) for instance in instances for unit in UNITS)
    succeeded = (
        "select batch_instance_id, step_key, shard from batch_step_result where error is null"
        " and (step_key <> 'spread' or shard > 0) order by 1, 2, 3"
    )
    assert _all(connection, succeeded) == effects, "what took effect is not what is recorded as succeeded"


def _all(connection: psycopg.Connection[Any], query: str, *binds: Any) -> list[tuple[Any, ...]]:
    return connection.execute(query, binds).fetchall()
