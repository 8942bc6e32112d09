"""Where a worker dies: a store that kills its own process at a statement, before it is sent or after it has run.

Nothing of this is known to the engine: the store and its wire's ``commit`` are wrapped from outside.
"""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from engine.database import Rows, Session
from engine.orchestrator import MakeStore
from engine.store import Store
from engine.wire import Answer, Wire
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

    def __init__(self, session: Session, *, worker: str, lease: timedelta, death: Death) -> None:
        super().__init__(session, worker=worker, lease=lease)
        self._death = death
        if isinstance(session, Wire):
            session.execute = _dying_at_commit(session, death)  # type: ignore[method-assign, assignment]

    async def send(self, statement: str, **binds: Any) -> Rows:
        self._death.reach(f"{statement}:before")
        rows = await super().send(statement, **binds)
        if self._death.point == f"{statement}:after":
            if isinstance(self.session, Wire):  # what waits in the queue is executed; elsewhere it has been by now
                await self.session.sync()
            self._death.reach(f"{statement}:after")
        return rows


def _dying_at_commit(
    wire: Wire, death: Death
) -> Callable[[str, Mapping[str, Any] | None], Coroutine[Any, Any, Answer]]:
    async def execute(query: str, binds: Mapping[str, Any] | None = None) -> Answer:
        if query != "commit" or not death.point.startswith("commit:"):
            return await Wire.execute(wire, query, binds)
        await wire.sync()
        death.reach("commit:before")
        answer = await Wire.execute(wire, query, binds)
        await wire.sync()
        death.reach("commit:after")
        return answer

    return execute


def dying_store(worker: str, lease: timedelta, death: Death) -> MakeStore:
    return lambda session: DyingStore(session, worker=worker, lease=lease, death=death)
