"""Where a worker dies: a store that kills its own process at a statement, before it is sent or after it has run.

Nothing of this is known to the engine: the store and its connection's ``commit`` are wrapped from outside.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from engine.database import Connection
from engine.orchestrator import MakeStore
from engine.store import Cursor, Store
from tests.faults.scenario import die


@dataclass(slots=True)
class Death:
    """Kills this process at the n-th time a point such as ``report_steps:after`` is reached."""

    point: str
    nth: int = 1
    reached: dict[str, int] = field(default_factory=dict)

    def reach(self, point: str) -> None:
        self.reached[point] = self.reached.get(point, 0) + 1
        if point == self.point and self.reached[point] == self.nth:
            die()


class DyingStore(Store):
    """A store that passes every statement by a death."""

    def __init__(self, connection: Connection, *, worker: str, lease: timedelta, death: Death) -> None:
        super().__init__(connection, worker=worker, lease=lease)
        self._death = death
        if connection.autocommit:  # the connections of the turns; those of the pool come with their transaction begun
            connection.execute = _dying_at_commit(connection, death)  # type: ignore[method-assign]

    async def send(self, statement: str, **binds: Any) -> Cursor:
        self._death.reach(f"{statement}:before")
        cursor = await super().send(statement, **binds)
        if self._death.point == f"{statement}:after":
            await _run_on_the_server(self.connection)
            self._death.reach(f"{statement}:after")
        return cursor


def _dying_at_commit(connection: Connection, death: Death) -> Callable[..., Awaitable[Cursor]]:
    async def execute(query: Any, *args: Any, **options: Any) -> Cursor:
        if query != "commit" or not death.point.startswith("commit:"):
            return await type(connection).execute(connection, query, *args, **options)
        await _run_on_the_server(connection)
        death.reach("commit:before")
        cursor = await type(connection).execute(connection, query, *args, **options)
        await _run_on_the_server(connection)
        death.reach("commit:after")
        return cursor

    return execute


async def _run_on_the_server(connection: Connection) -> None:
    """Make sure that what a pipeline has queued is executed, not merely sent: the end of a nested pipeline syncs it."""
    async with connection.pipeline():
        pass


def dying_store(worker: str, lease: timedelta, death: Death) -> MakeStore:
    return lambda connection: DyingStore(connection, worker=worker, lease=lease, death=death)
