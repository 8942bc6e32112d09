"""Chooses the dispatcher of a process: direct, or by queue, whose packages are an extra."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from engine.database import Database
from engine.dispatch.base import Dispatcher
from engine.dispatch.direct import DirectDispatcher
from engine.executor import Executor
from engine.limits import Limits
from engine.orchestrator import Orchestrator
from engine.settings import Settings


def choose_dispatcher(
    settings: Settings,
    database: Database,
    orchestrator: Orchestrator,
    executor: Executor,
    *,
    runners: Collection[str],
    limits: Limits,
    grace: timedelta,
    queues: Sequence[str] | None,
) -> Dispatcher:
    """Return the dispatcher of these queues; None: direct, of steps of these runners.

    Raises:
        RuntimeError: the packages for queues are not installed; the message says how to.
    """
    lease, slots = timedelta(seconds=settings.lease_seconds), settings.concurrency
    if queues is None:
        return DirectDispatcher(orchestrator, executor, runners=runners, slots=slots, lease=lease, grace=grace)
    of_queues = settings.for_queues()
    try:
        from engine.dispatch.queue.dispatcher import QueueDispatcher  # noqa: PLC0415 - Celery is an extra
    except ModuleNotFoundError as error:
        raise RuntimeError(
            f"a broker is set, but {error.name} is not installed: pip install 'batchdag[queue]'"
        ) from error
    return QueueDispatcher(
        orchestrator,
        executor,
        database=database,
        limits=limits,
        settings=of_queues,
        queues=queues,
        slots=slots,
        lease=lease,
        rescue=timedelta(seconds=settings.rescue_seconds),
        grace=grace,
    )
