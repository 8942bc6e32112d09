"""Where a worker dies or freezes in the ledger: before and after each statement, each commit, each call to a provider.

Points are named ``<statement>:before``, ``:after`` (run, not committed) and ``:committed``, the move of a job
``move_job/<state>``, and ``<provider's method>:before`` and ``:after``. Nothing of this is known to the engine: what it
calls is wrapped from outside, in the worker's process only.
"""

import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from engine.database import Connection, Database
from runners.generation import ingest, ledger
from runners.providers.base import Provider
from runners.providers.registry import Providers

CALLS = ("stage", "submit", "find_by_key", "status", "cancel", "generate", "find_reply")
"""The provider's methods that are one call each; ``fetch`` streams."""


@dataclass(slots=True)
class LedgerDeath:
    """Sends this process a signal at the n-th time a point is reached: SIGKILL, or SIGSTOP to freeze it there."""

    point: str = ""
    nth: int = 1
    number: signal.Signals = signal.SIGKILL
    chunk: int | None = None
    """How many answers are taken in by one transaction; None: as many as usual."""
    reached: dict[str, int] = field(default_factory=dict)

    def reach(self, point: str) -> None:
        self.reached[point] = self.reached.get(point, 0) + 1
        if point == self.point and self.reached[point] == self.nth:
            os.kill(os.getpid(), self.number)


def install(death: LedgerDeath) -> None:
    """Let this process pass everything that the ledger does by the death."""
    uncommitted: dict[int, list[str]] = {}
    _replace_send(_dying_send(death, uncommitted))
    Database.transaction = _dying_transaction(death, uncommitted)  # type: ignore[method-assign]
    Providers.get = _dying_get(death)  # type: ignore[method-assign,assignment]
    if death.chunk is not None:
        ingest._CHUNK = death.chunk


def _dying_get(death: LedgerDeath) -> Callable[[Providers, str], Any]:
    get = Providers.get
    return lambda providers, name: DyingProvider(get(providers, name), death)


def _replace_send(dying: Callable[..., Awaitable[Any]]) -> None:
    send = ledger.send
    for name, module in list(sys.modules.items()):
        if name.startswith("runners.generation") and getattr(module, "send", None) is send:
            module.send = dying  # type: ignore[attr-defined]


def _dying_send(death: LedgerDeath, uncommitted: dict[int, list[str]]) -> Callable[..., Awaitable[Any]]:
    send = ledger.send

    async def dying(connection: Connection, name: str, **binds: Any) -> Any:
        point = f"{name}/{binds['to']}" if name == "move_job" else name
        death.reach(f"{point}:before")
        cursor = await send(connection, name, **binds)
        death.reach(f"{point}:after")
        uncommitted.setdefault(id(connection), []).append(point)
        return cursor

    return dying


def _dying_transaction(death: LedgerDeath, uncommitted: dict[int, list[str]]) -> Any:
    transaction = Database.transaction

    @asynccontextmanager
    async def dying(database: Database) -> AsyncIterator[Connection]:
        sent: list[str] = []
        try:
            async with transaction(database) as connection:
                uncommitted[id(connection)] = sent
                yield connection
        finally:
            uncommitted.pop(id(connection), None)
        for point in sent:
            death.reach(f"{point}:committed")

    return dying


class DyingProvider:
    """A provider whose calls pass by a death; ``after`` is reached also when the call fails."""

    def __init__(self, provider: Provider, death: LedgerDeath) -> None:
        self._provider = provider
        self._death = death

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._provider, name)
        return self._dying(name, found) if name in CALLS else found

    async def fetch(self, output: str) -> AsyncIterator[bytes]:
        self._death.reach("fetch:before")
        async for block in self._provider.fetch(output):
            yield block
        self._death.reach("fetch:after")

    def _dying(self, name: str, call: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def dying(*args: Any, **options: Any) -> Any:
            self._death.reach(f"{name}:before")
            try:
                return await call(*args, **options)
            finally:
                self._death.reach(f"{name}:after")

        return dying
