"""Adds the span of each instance that ends. The process that ran its last attempt does it.

Knows nothing of attempts. What it has not heard of has no such span, and its attempts are shown without their parent.
"""

from datetime import timedelta

from engine.database import Database, sql
from engine.notifier import Notifier
from engine.service import Service
from engine.tracing import InstanceRun, Traces


class RootSpans(Service):
    """Hears of instances that have ended, and reads them a few at a time."""

    name = "root_spans"

    def __init__(self, database: Database, notifier: Notifier, *, traces: Traces, worker: str) -> None:
        super().__init__(every=timedelta(minutes=1))
        self._database = database
        self._notifier = notifier
        self._traces = traces
        self._worker = worker
        self._ended: set[int] = set()

    async def start(self) -> None:
        self._notifier.subscribe(self._heard)
        await super().start()

    async def stop(self) -> None:
        """Add the spans of those that were heard of since the last pass, then end."""
        self._notifier.unsubscribe(self._heard)
        await super().stop()
        await self._pass()

    async def once(self) -> bool:
        if ended := sorted(self._ended):
            binds = {"ids": ended, "worker": self._worker}
            async with self._database.transaction() as connection:
                rows = await (await connection.execute(sql("ended_runs"), binds)).fetchall()
            for row in rows:
                self._traces.instance(InstanceRun(*row))
            self._ended.difference_update(ended)
        return bool(self._ended)

    def _heard(self, kind: str, about: str) -> None:
        if kind == "finished" and self._traces.is_on:
            self._ended.add(int(about))
            self.wake()
