"""A real engine on a real database, with runners that do what their params say."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from engine.app import Engine, open_engine
from engine.settings import Settings
from engine.waiting import Ended
from tests.runners import Noop


def step(key: str, *next_steps: str, runner: str = "noop", **more: Any) -> dict[str, Any]:
    """A step of a definition: ``more`` are its fields as analysts write them."""
    return {"key": key, "runner": runner, "nextSteps": list(next_steps)} | more


QUICK = {"intervalSeconds": 0.001, "jitter": "none"}
"""A retry policy for tests."""


class Harness:
    """An engine that works, its noop runner, and short ways to apply, run and look."""

    def __init__(self, engine: Engine, noop: Noop) -> None:
        self.engine = engine
        self.noop = noop

    async def define(self, *steps: Mapping[str, Any], name: str = "pipeline", **columns: Any) -> None:
        await self.engine.apply([{"name": name, "steps": list(steps)} | columns])

    async def run(self, *steps: Mapping[str, Any], params: dict[str, Any] | None = None, **columns: Any) -> Ended:
        await self.define(*steps, **columns)
        return await self.engine.run("pipeline", params=params)

    async def rows(self, query: str, *binds: Any) -> list[tuple[Any, ...]]:
        async with self.engine.database.transaction() as connection:
            return await (await connection.execute(query, binds)).fetchall()

    async def states(self, instance_id: int) -> dict[str, str]:
        found = await self.rows(
            "select step_key, state from batch_step where batch_instance_id = %s and shard = 0 and dropped_at is null",
            instance_id,
        )
        return dict(found)

    async def reason(self, instance_id: int, key: str) -> str | None:
        found = await self.rows(
            "select reason from batch_step where batch_instance_id = %s and step_key = %s and shard = 0",
            instance_id,
            key,
        )
        return found[0][0] if found else None

    async def result(self, instance_id: int, key: str) -> Any:
        found = await self.rows(
            "select r.result_payload from batch_step_result r join batch_step s"
            " using (batch_instance_id, step_key, shard, attempt) where r.batch_instance_id = %s and r.step_key = %s"
            " and r.shard = 0",
            instance_id,
            key,
        )
        return found[0][0] if found else None


@asynccontextmanager
async def engine_on(database_url: str, reader_url: str | None = None, **settings: Any) -> AsyncIterator[Harness]:
    """An engine that does not work yet: enter ``harness.engine.working()``."""
    quick = {"lease_seconds": 5.0, "rescue_seconds": 0.2} | settings
    async with open_engine(Settings(database_url=database_url, reader_url=reader_url, **quick)) as engine:
        noop = Noop()
        await engine.register(noop)
        yield Harness(engine, noop)
