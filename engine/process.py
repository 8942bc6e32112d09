"""What a process consists of while it works: a dispatcher and services, and the order in which they start and stop.

Knows all of them by name, and nothing of what they do.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from engine.background import Housekeeper, InstanceStarter, Rescuer
from engine.contexts import Contexts
from engine.database import Database
from engine.dispatch.base import Dispatcher
from engine.dispatch.choosing import choose_dispatcher
from engine.executor import Executor
from engine.invalidations import Invalidator
from engine.limits import Limits, LimitWatcher
from engine.notifier import Notifier
from engine.orchestrator import Orchestrator
from engine.root_spans import RootSpans
from engine.routing import route
from engine.service import Service
from engine.settings import Settings
from engine.tracing import Traces
from runners.base import AnalystSql, Upkeep
from runners.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What an open engine has, and its services share."""

    settings: Settings
    database: Database
    contexts: Contexts
    registry: Registry
    orchestrator: Orchestrator
    limits: Limits
    notifier: Notifier
    reader: AnalystSql
    traces: Traces
    worker: str


@asynccontextmanager
async def at_work(parts: Parts, *, grace: timedelta, queues: Sequence[str] | None) -> AsyncIterator[None]:
    """Claim and run steps until the block ends; see ``engine.app.Engine.working``."""
    dispatcher = _dispatcher(parts, grace=grace, queues=queues)
    often = timedelta(seconds=parts.settings.rescue_seconds)
    starter = InstanceStarter(parts.orchestrator, started=dispatcher.wake, every=timedelta(seconds=1))
    invalidator = Invalidator(parts.database)
    limits = LimitWatcher(parts.limits, parts.database, look=dispatcher.wake)
    services: tuple[Dispatcher | Service, ...] = (
        dispatcher,
        starter,
        Rescuer(parts.orchestrator, rescued=dispatcher.wake, every=often),
        Housekeeper(parts.registry, _upkeep(parts), every=often),
        invalidator,
        RootSpans(parts.database, parts.notifier, traces=parts.traces, worker=parts.worker),
        *_schedulers(parts),
    )
    heard = route(starter, dispatcher, invalidator, limits)
    parts.notifier.subscribe(heard)
    async with AsyncExitStack() as stopping:
        # The dispatcher stops first, for these are called from the last to the first: nothing that hangs may keep what
        # runs from being handed back. The others stop even if it cannot.
        for service in (limits, *reversed(services)):
            stopping.push_async_callback(service.stop)
        stopping.callback(parts.notifier.unsubscribe, heard)
        for service in (limits, *services):
            await service.start()
        yield


def _dispatcher(parts: Parts, *, grace: timedelta, queues: Sequence[str] | None) -> Dispatcher:
    executor = Executor(
        parts.database,
        parts.contexts,
        parts.registry,
        worker=parts.worker,
        reader=parts.reader,
        settings=parts.settings.for_runners(),
        traces=parts.traces,
    )
    return choose_dispatcher(
        parts.settings,
        parts.database,
        parts.orchestrator,
        executor,
        runners=parts.registry.names,
        limits=parts.limits,
        grace=grace,
        queues=queues,
    )


def _upkeep(parts: Parts) -> Upkeep:
    return Upkeep(worker=parts.worker, settings=parts.settings.for_runners(), transaction=parts.database.transaction)


def _schedulers(parts: Parts) -> list[Service]:
    if not parts.settings.scheduler:
        return []
    from engine.scheduler.service import Scheduler  # noqa: PLC0415 - APScheduler takes 0.2 s to import

    return [Scheduler(parts.database, parts.notifier)]
