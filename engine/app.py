"""The composition root, and the Python API: open the engine, apply, run, wait, register a runner.

async with open_engine() as engine:
    await engine.apply([{"name": "hello", "steps": [...]}])
    async with engine.working():
        instance = await engine.run("hello", params={"limit": 10})
"""

import asyncio
import os
import socket
import uuid
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any

from psycopg.types.json import Jsonb
from pydantic_settings import BaseSettings

from definitions.graph import StepGraph
from engine.addresses import check_address
from engine.analyst_sql import ReaderSql
from engine.asking import asking
from engine.catalog import Applied, Catalog
from engine.contexts import Contexts
from engine.database import Database, sql
from engine.draft_plan import DraftPlan
from engine.embedded import reader_url, start_embedded
from engine.limits import Limits
from engine.logs import Origin, log_from
from engine.notifier import Notifier
from engine.orchestrator import MakeStore, Orchestrator, default_store
from engine.planner import Status
from engine.process import Parts, at_work
from engine.pruner import prune
from engine.rehearsal import start_draft, start_rehearsal, start_trial
from engine.rehearsal_facts import read_facts
from engine.rehearsal_report import RehearsalReport, report
from engine.resetter import ResetPlan
from engine.resolving import Resolver
from engine.schema import ensure_schema
from engine.settings import Settings
from engine.tracing import NO_TRACES, Traces, open_traces
from engine.variables import warn_of_unread
from engine.waiting import Ended, wait_for_end
from runners.base import Json, Runner
from runners.registry import Registry


class Engine:
    """One process's engine on one database. Open it with ``open_engine``."""

    def __init__(
        self, settings: Settings, database: Database, *, reader: str | None, make_store: MakeStore | None
    ) -> None:
        self.settings = settings
        self.database = database
        self.registry = Registry.load()
        self.worker = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self._contexts = Contexts(database, self.registry)
        self._limits = Limits()
        self._orchestrator = Orchestrator(
            database,
            self._contexts,
            make_store=make_store or default_store(self.worker, timedelta(seconds=settings.lease_seconds)),
            limits=self._limits,
        )
        self._reader = ReaderSql(reader, database=database)
        self._notifier = Notifier(database)
        self.traces: Traces = NO_TRACES
        self.catalog = Catalog(database, self.registry)
        self.resolver = Resolver(database, self._contexts, self.registry)

    @property
    def notifier(self) -> Notifier:
        """Who tells what happens in the database."""
        return self._notifier

    async def register(self, runner: Runner) -> None:
        """Add a runner to this process, and make it known to the database."""
        self.registry.register(runner)
        await self.catalog.register_runners()

    async def apply(self, rows: Sequence[Mapping[str, Any]]) -> list[Applied]:
        """Insert or edit definitions, all of them or none; raises ``DefinitionError`` with every problem."""
        return await self.catalog.apply(rows)

    async def start(
        self,
        name: str,
        *,
        params: Mapping[str, Json] | None = None,
        idempotency_key: str | None = None,
        budget_usd: Decimal | None = None,
    ) -> int:
        """Ask for an instance and return its id; a process that works takes it up at once.

        ``budget_usd``: what it may spend; None: what its definition allows.

        Raises:
            RequestRefused: there is no such definition, or the params do not fit its ``params_schema``.
        """
        call = "select start_instance(%s, %s, %s, 'manual', budget_usd => %s)"
        return int(await self._ask(call, (name, Jsonb(dict(params or {})), idempotency_key, budget_usd)))

    async def set_budget(self, instance_id: int, usd: Decimal | None) -> None:
        """Say what an instance may spend; None: what its definition allows. A step that was stopped needs a retry."""
        async with asking(self.database) as connection:
            cursor = await connection.execute(sql("set_budget"), {"id": instance_id, "usd": usd})
            if cursor.rowcount == 0:
                raise LookupError(f"there is no instance {instance_id}; `batchdag instances` lists them")

    async def rehearse(self, name: str, *, params: Mapping[str, Json] | None = None, sample: int | None = None) -> int:
        """Ask for a rehearsal and return its id: nothing is paid for, and nothing but the engine's tables is changed.

        ``sample``: each step asks for, or tries to load, at most so many items; what it finds is scaled to all.

        Raises:
            RequestRefused: as by ``start``.
        """
        async with asking(self.database) as connection:
            return await start_rehearsal(connection, name, params=params or {}, sample=sample)

    async def rehearse_step(
        self,
        name: str,
        step: str,
        *,
        using: int,
        params: Mapping[str, Json] | None = None,
        sample: int | None = None,
    ) -> int:
        """Ask for a rehearsal of one step alone, as it is defined now, on what instance ``using`` has made.

        Raises:
            RequestRefused: as by ``start``.
            LookupError: there is no such step, or no such instance of this definition.
        """
        async with asking(self.database) as connection:
            return await start_trial(connection, name, step, using=using, params=params, sample=sample)

    async def rehearse_draft(
        self,
        draft: Mapping[str, Any],
        *,
        params: Mapping[str, Json] | None = None,
        sample: int | None = None,
        step: str | None = None,
        using: int | None = None,
    ) -> int:
        """Ask for a rehearsal of an edit that is not saved, or of one step of it; it is checked as a save is.

        Raises:
            DefinitionError: the edit would be refused.
            RequestRefused: as by ``start``; a draft of a definition that is not there yet has to be saved first.
            LookupError: as by ``rehearse_step``.
        """
        row = self.catalog.checked(draft)
        async with asking(self.database) as connection:
            return await start_draft(connection, row, params=params, sample=sample, step=step, using=using)

    async def rehearsal(self, instance_id: int) -> RehearsalReport:
        """Return what a rehearsal says of the real run; before its end, what it says so far.

        Raises:
            LookupError: there is no such rehearsal.
        """
        async with self.database.transaction() as connection:
            facts = await read_facts(connection, instance_id)
        context = await self._contexts.get(instance_id, facts.head.version)
        return report(facts, context.graph)

    async def cancel(self, instance_id: int) -> Status:
        """Cancel an instance; what runs is stopped by its workers."""
        return Status(await self._ask("select cancel_instance(%s)", (instance_id,)))

    async def plan_retry(self, instance_id: int, *, version: int | None = None) -> ResetPlan:
        """Say what a retry would reuse and run, and change nothing. ``version`` None: the one the instance had."""
        return await self._orchestrator.plan_retry(instance_id, version=version)

    async def plan_draft(self, draft: StepGraph, *, steps: Json) -> DraftPlan | None:
        """Say what a retry of the newest broken instance would reuse if the draft were saved; None: there is none."""
        return await self._orchestrator.plan_draft(draft, steps=steps)

    async def retry(
        self, instance_id: int, *, version: int | None = None, agree: Callable[[ResetPlan], None] = lambda _plan: None
    ) -> ResetPlan:
        """Continue a failed or cancelled instance: reuse what is still valid, run the rest.

        ``agree`` is shown the plan before it is carried out; if it raises, nothing is changed.
        """
        return await self._orchestrator.retry(instance_id, version=version, agree=agree)

    async def prune(self, *, keep: timedelta | None = None) -> int:
        """Delete old ended instances; return how many."""
        return await prune(
            self.database,
            keep=keep or timedelta(days=self.settings.retention_days),
            keep_audit=timedelta(days=self.settings.audit_days),
        )

    async def check_reader(self) -> None:
        """Make sure that analysts' SQL can do nothing but read; the first of it in each process is checked in any case.

        Raises:
            ReaderMissing: no reader is configured.
            ReaderUnsafe: its role may do more, or is of another database.
            TransientFailure: it cannot be reached.
        """
        await self._reader.check()

    async def _ask(self, statement: Any, binds: Sequence[Any]) -> Any:
        async with asking(self.database) as connection:
            return (await (await connection.execute(statement, binds)).fetchone() or (None,))[0]

    async def wait(self, instance_id: int) -> Ended:
        """Return how an instance ends, whoever runs it."""
        return await wait_for_end(self.database, self._notifier, instance_id)

    async def run(self, name: str, *, params: Mapping[str, Json] | None = None) -> Ended:
        """Start an instance and wait for its end. Some process must be working; this one if inside ``working()``."""
        return await self.wait(await self.start(name, params=params))

    @asynccontextmanager
    async def working(
        self, *, grace: timedelta = timedelta(0), queues: Sequence[str] | None = None
    ) -> AsyncIterator[None]:
        """Claim and run steps in this process until the block ends.

        What runs then may finish for as long as ``grace``; what has not is handed back. ``queues``: publish ready steps
        to the broker, and run those that it brings from these queues (none: only publish); None: run whatever is due.
        """
        parts = Parts(
            settings=self.settings,
            database=self.database,
            contexts=self._contexts,
            registry=self.registry,
            orchestrator=self._orchestrator,
            limits=self._limits,
            notifier=self._notifier,
            reader=self._reader,
            traces=self.traces,
            worker=self.worker,
        )
        async with at_work(parts, grace=grace, queues=queues):
            yield

    async def open(self) -> None:
        await self.database.open()
        await self._notifier.start()
        await self._identify()

    async def close(self) -> None:
        await self._notifier.stop()
        await self._orchestrator.close()
        await self.registry.aclose()
        await asyncio.to_thread(self.traces.close)
        await self.database.close()

    async def _identify(self) -> None:
        async with self.database.transaction() as connection:
            (identity,) = await (await connection.execute(sql("database_identity"), {})).fetchone() or ("unknown",)
        log_from(Origin(self.worker, identity))
        self.traces = await asyncio.to_thread(open_traces, database=identity, worker=self.worker)


def locate(settings: Settings) -> tuple[str, str | None]:
    """Return the URLs of the database and of the reader, starting the embedded server where no URL is set.

    Raises:
        AddressMalformed: a URL that is set is none.
    """
    for name in ("database_url", "reader_url"):
        if (url := getattr(settings, name)) is not None:
            check_address(url, setting=f"BATCHDAG_{name.upper()}")
    if settings.database_url is not None:
        return settings.database_url, settings.reader_url
    url = start_embedded(settings.home).url
    return url, settings.reader_url or reader_url(url)


@asynccontextmanager
async def open_engine(
    settings: Settings | None = None,
    *,
    initialise_schema: bool = True,
    make_store: MakeStore | None = None,
    also_read: Collection[type[BaseSettings]] = (),
) -> AsyncIterator[Engine]:
    """Open the engine on the configured database; the embedded one is started, and brought up to date, if need be.

    ``also_read``: the settings that this process reads beside the engine's; a misspelt variable of theirs is warned of.

    Raises:
        AddressMalformed: the URL of the database, or of the reader, is none.
        DatabaseUnreachable: the database does not answer within 10 s, or does not let us in.
        SchemaOutdated: the configured database was set up by an earlier version; `batchdag init` brings it up to date.
    """
    chosen = settings or Settings()
    warn_of_unread(os.environ, also=also_read)
    url, reader = await asyncio.to_thread(locate, chosen)
    engine = Engine(chosen, Database(url, pool_size=chosen.pool_size), reader=reader, make_store=make_store)
    try:
        async with await engine.database.reach() as connection:
            if initialise_schema:
                await ensure_schema(connection, is_own=chosen.database_url is None)
        await engine.open()
        if initialise_schema:
            await engine.catalog.register_runners()
        yield engine
    finally:
        await engine.close()
