"""Where the fault tests of the ledger happen: an emulator that bills, a database, a storage folder, and worker processes.

Everything that a worker needs is in ``Site.environment``; the engine of the test's own process has the same.
"""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest

from engine.embedded import reader_url
from tests.emulators import RunningEmulator
from tests.faults.forks import FORKS
from tests.faults.ledger_deaths import LedgerDeath
from tests.faults.ledger_worker import main
from tests.faults.processes import LEASE, Worker
from tests.generating import generating
from tests.harness import Harness, engine_on

LONGEST_CALL = 3.0
"""Seconds for which nobody makes a live call again whose worker is dead: it might still be answered."""
PATIENCE = {"intervalSeconds": 0.05, "settleSeconds": 0.3}

STANDING = "select step_key, state, reason, error, (select json_agg(job) from provider_batch as job) from batch_step"
IDLE = "set idle_in_transaction_session_timeout = '2s'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seller:
    """A provider, its model, and the emulator's routes for what is done once for each job."""

    name: str
    model: str
    create: str
    upload: str
    download: str


SELLERS = {
    "openai": Seller(
        name="openai",
        model="gpt-5-mini",
        create="openai.batches.create",
        upload="openai.files.create",
        download="openai.files.content",
    ),
    "openai_responses": Seller(
        name="openai_responses",
        model="gpt-5-mini",
        create="openai.batches.create",
        upload="openai.files.create",
        download="openai.files.content",
    ),
    "gemini": Seller(
        name="gemini",
        model="gemini-3.5-flash",
        create="gemini.batches.create",
        upload="gemini.files.upload",
        download="gemini.files.content",
    ),
    "vertex": Seller(
        name="vertex",
        model="gemini-3.5-flash",
        create="vertex.batches.create",
        upload="gcs.upload",
        download="gcs.download",
    ),
}


@dataclass(slots=True, kw_only=True)
class Site:
    """One test's place. ``harness`` is an engine of this process that does not work yet."""

    harness: Harness
    emulator: RunningEmulator
    connection: psycopg.Connection[Any]
    environment: Mapping[str, str]
    spawned: list[Worker] = field(default_factory=list)

    async def started(self, seller: Seller, count: int, **params: Any) -> int:
        """Define and start an instance that buys an answer for each of so many words."""
        asking = {"provider": seller.name, "model": seller.model, "poll": PATIENCE, "concurrency": 4}
        await self.harness.define(*generating(count, **asking | params))
        return await self.harness.engine.start("pipeline")

    async def spawn(self, death: LedgerDeath) -> Worker:
        """Start a worker that works at once."""
        ours, theirs = FORKS.Pipe()
        process = FORKS.Process(target=main, args=(dict(self.environment), death, theirs), daemon=True)
        await asyncio.to_thread(process.start)
        theirs.close()
        worker = Worker(process, ours)
        self.spawned.append(worker)
        await worker.is_open()
        worker.go()
        return worker

    async def die(self, point: str, *, nth: int = 1, chunk: int | None = None) -> None:
        """Let a worker work until it dies at the point."""
        worker = await self.spawn(LedgerDeath(point, nth, chunk=chunk))
        try:
            assert await worker.ended() == -signal.SIGKILL
        except TimeoutError as error:
            raise AssertionError(f"the worker never came to {point}: {self.rows(STANDING)}") from error

    async def freeze(self, point: str) -> Worker:
        """Let a worker work until it is stopped at the point, and return it as it is: frozen."""
        # Another of its tasks may be stopped with a row locked; who runs batchdag on machines that sleep sets this too.
        self.connection.execute(f"alter database {self.connection.info.dbname} {IDLE}")
        worker = await self.spawn(LedgerDeath(point, number=signal.SIGSTOP))
        await eventually(lambda: _is_stopped(worker.pid))
        return worker

    async def succeed(self, instance_id: int) -> None:
        """Let an engine that knows nothing of any death bring the instance to its end."""
        async with self.harness.engine.working():
            await self.succeeds(instance_id)

    async def succeeds(self, instance_id: int) -> None:
        """Return once the instance has succeeded, whoever works on it."""
        try:
            ended = await asyncio.wait_for(self.harness.engine.wait(instance_id), 30)
        except TimeoutError as error:
            raise AssertionError(f"instance {instance_id} has no end: {self.rows(STANDING)}") from error
        assert ended.is_success, ended.error

    async def jobs_are(self, *phases: str) -> None:
        """Return once the provider's jobs are in these phases, the oldest first."""
        await eventually(lambda: [job["phase"] for job in self.emulator.jobs()] == list(phases))

    def rows(self, query: str, *binds: Any) -> Sequence[tuple[Any, ...]]:
        return self.connection.execute(query, binds or None).fetchall()

    def value(self, query: str, *binds: Any) -> Any:
        return self.rows(query, *binds)[0][0]


async def eventually(is_so: Callable[[], bool], *, within: float = 30) -> None:
    """Return once this is so; it is asked again and again, for neither a stopped process nor an emulator tells."""
    async with asyncio.timeout(within):
        while not await asyncio.to_thread(is_so):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


def _is_stopped(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


@asynccontextmanager
async def opened_site(
    emulator: RunningEmulator,
    *,
    url: str,
    folder: Path,
    connection: psycopg.Connection[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Site]:
    """Open a site on an emulator, which forgets everything before."""
    emulator.reset()
    emulator.settings(batch_seconds=0.1)
    providers = {**emulator.environment, "BATCHDAG_CALL_SECONDS": str(LONGEST_CALL)}
    for name, value in providers.items():
        monkeypatch.setenv(name, value)
    settings = {
        "BATCHDAG_DATABASE_URL": url,
        "BATCHDAG_READER_URL": reader_url(url),
        "BATCHDAG_STORAGE": str(folder / "storage"),
        "BATCHDAG_LEASE_SECONDS": str(LEASE),
        "BATCHDAG_RESCUE_SECONDS": "0.1",
    }
    async with engine_on(
        url, reader_url(url), storage=folder / "storage", lease_seconds=LEASE, rescue_seconds=0.1
    ) as harness:
        site = Site(harness=harness, emulator=emulator, connection=connection, environment={**providers, **settings})
        try:
            yield site
        finally:
            for worker in site.spawned:
                worker.send(signal.SIGKILL)
