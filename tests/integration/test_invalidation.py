"""Readers are told of every change: by a call, by a notification, or by themselves; once at a time, and the newest."""

import asyncio
import datetime
import ipaddress
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import grpc
import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from grpc import aio

from engine.database import Database
from engine.invalidations import Invalidator, delay_after
from engine.notifier import Notifier
from protos.cache_service_pb2 import InvalidateRequest
from protos.cache_service_pb2_grpc import CacheServiceStub
from services.cache.cache import Forgotten
from services.cache.reader import CachedReader
from services.cache.server import CacheServer
from tests.harness import Harness
from tests.readers import Clock, Source, reading, write

Connection = psycopg.Connection[tuple[Any, ...]]
HERE = Path(__file__).parents[2]


@pytest.fixture
async def source(database: Database) -> Source:
    async with database.transaction() as connection:
        await connection.execute("create table shelf (key text primary key, value integer not null)")
    return Source(database)


@pytest.fixture
async def notifier(database: Database) -> AsyncIterator[Notifier]:
    opened = Notifier(database)
    await opened.start()
    yield opened
    await opened.stop()


class Called:
    """A reader that writes down what it is told; ``hold`` keeps its callers waiting."""

    def __init__(self) -> None:
        self.told: list[tuple[str, int]] = []
        self.at_once = 0
        self.most_at_once = 0
        self.is_called = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def forget(self, collection: str, generation: int, keys: frozenset[str]) -> Forgotten:
        self.told.append((collection, generation))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.is_called.set()
        await self.may_answer.wait()
        self.at_once -= 1
        return Forgotten(generation, 0)


@asynccontextmanager
async def called(connection: Connection, *, name: str = "one", token: str = "secret") -> AsyncIterator[Called]:
    """A reader on a port of its own, registered with its token."""
    reader = Called()
    server = CacheServer(reader.forget, token=token, certificate=None)
    port = await server.start("127.0.0.1", 0)
    register(connection, name=name, address=f"127.0.0.1:{port}")
    try:
        yield reader
    finally:
        reader.may_answer.set()
        await server.stop()


def register(connection: Connection, *, name: str = "one", address: str, token: str = "secret") -> None:
    connection.execute("insert into cache_reader (name, address, token) values (%s, %s, %s)", (name, address, token))


@asynccontextmanager
async def telling(database: Database) -> AsyncIterator[Invalidator]:
    """A deliverer that is driven by hand."""
    invalidator = Invalidator(database)
    try:
        yield invalidator
    finally:
        await invalidator.stop()


def note(connection: Connection, collection: str = "shelf") -> int:
    return int((connection.execute("select note_change(%s)", (collection,)).fetchone() or (0,))[0])


def outbox(connection: Connection) -> list[tuple[Any, ...]]:
    return connection.execute(
        "select reader, collection, generation, told, tries from cache_invalidation order by reader, collection"
    ).fetchall()


# --- the outbox -------------------------------------------------------------------------------------------------------


def test_a_change_makes_the_next_generation_and_opens_one_row_for_each_reader(connection: Connection) -> None:
    assert note(connection, "public.shelf") == 1
    register(connection, name="one", address="127.0.0.1:1")
    register(connection, name="two", address="127.0.0.1:2")
    assert [note(connection) for _ in range(3)] == [2, 3, 4]
    assert outbox(connection) == [("one", "shelf", 4, 0, 0), ("two", "shelf", 4, 0, 0)]


def test_a_change_that_is_rolled_back_tells_nobody(connection: Connection) -> None:
    register(connection, address="127.0.0.1:1")
    with connection.transaction(force_rollback=True):
        note(connection)
    assert outbox(connection) == []
    assert connection.execute("select count(*) from embedding_generation").fetchone() == (0,)


def test_changes_at_once_are_all_counted(database_url: str, connection: Connection) -> None:
    note(connection)
    program = f"""
import psycopg
with psycopg.connect({database_url!r}, autocommit=True) as connection:
    for _ in range(100):
        connection.execute("select note_change('shelf')")
"""
    processes = [subprocess.Popen([sys.executable, "-c", program]) for _ in range(3)]
    assert [process.wait(timeout=60) for process in processes] == [0, 0, 0]
    assert note(connection) == 302


def test_the_analysts_role_can_neither_make_generations_nor_read_the_tokens_of_readers(
    connection: Connection, test_reader_url: str
) -> None:
    note(connection)
    with psycopg.connect(test_reader_url, autocommit=True) as analyst:
        assert analyst.execute("select generation from embedding_generation").fetchall() == [(1,)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            analyst.execute("select * from cache_reader")
        analyst.execute("set default_transaction_read_only = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            analyst.execute("select note_change('shelf')")


@pytest.mark.parametrize("address", ["http://127.0.0.1:1", "nobody", "a/b:1", "a b:1", ":1", "host:"])
def test_an_address_is_a_host_and_a_port(connection: Connection, address: str) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        register(connection, address=address)


# --- the deliverer ----------------------------------------------------------------------------------------------------


async def test_a_reader_is_told_after_the_commit_and_once(database: Database, connection: Connection) -> None:
    async with called(connection) as reader, telling(database) as invalidator:
        note(connection)
        assert await invalidator.tell_due() == 1
        assert await invalidator.tell_due() == 0
        assert (reader.told, outbox(connection)) == ([("shelf", 1)], [("one", "shelf", 1, 1, 0)])


async def test_what_changes_during_a_call_is_told_by_one_more_call(database: Database, connection: Connection) -> None:
    async with called(connection) as reader, telling(database) as invalidator, telling(database) as other:
        reader.may_answer.clear()
        note(connection)
        first = asyncio.create_task(invalidator.tell_due())
        await reader.is_called.wait()
        for _ in range(100):
            note(connection)
        assert await other.tell_due() == 0
        reader.may_answer.set()
        await first
        assert await other.tell_due() == 1
        assert await invalidator.tell_due() == 0
        assert reader.told == [("shelf", 1), ("shelf", 101)]


async def test_no_reader_is_called_twice_at_once_by_many_processes(database: Database, connection: Connection) -> None:
    async with called(connection) as reader:
        invalidators = [Invalidator(database) for _ in range(5)]
        for _ in range(20):
            note(connection)
            await asyncio.gather(*(invalidator.tell_due() for invalidator in invalidators))
        for invalidator in invalidators:
            await invalidator.stop()
        assert reader.most_at_once == 1
        assert reader.told == [("shelf", number) for number in range(1, 21)]


async def test_a_reader_that_is_away_is_tried_again_later_and_holds_up_nobody(
    database: Database, connection: Connection
) -> None:
    register(connection, name="gone", address="127.0.0.1:9")
    async with called(connection, name="there") as reader, telling(database) as invalidator:
        note(connection)
        assert await invalidator.tell_due() == 2
        assert reader.told == [("shelf", 1)]
        assert outbox(connection) == [("gone", "shelf", 1, 0, 1), ("there", "shelf", 1, 1, 0)]
        ((why, delay),) = connection.execute(
            "select error, next_try_at - clock_now() from cache_invalidation where reader = 'gone'"
        ).fetchall()
        assert why.startswith("UNAVAILABLE")
        assert delay <= datetime.timedelta(seconds=0.2)
        connection.execute("update cache_invalidation set next_try_at = clock_now()")
        assert await invalidator.tell_due() == 1
        assert outbox(connection)[0] == ("gone", "shelf", 1, 0, 2)


def test_the_delay_doubles_up_to_ten_seconds() -> None:
    assert [delay_after(tries).total_seconds() for tries in (0, 1, 2, 3, 50)] == [0, 0.2, 0.4, 0.8, 10]


async def test_the_row_of_a_deliverer_that_died_is_taken_by_another(database: Database, connection: Connection) -> None:
    async with called(connection) as reader, telling(database) as invalidator:
        note(connection)
        taken = await Invalidator(database)._claim()
        assert [telling.generation for telling in taken] == [1]
        assert await invalidator.tell_due() == 0
        connection.execute("update cache_invalidation set next_try_at = clock_now()")
        assert await invalidator.tell_due() == 1
        assert reader.told == [("shelf", 1)]


async def test_who_was_so_slow_that_another_has_taken_over_neither_calls_nor_writes(
    database: Database, connection: Connection
) -> None:
    clock = Clock()
    slow = Invalidator(database, now=clock)
    async with called(connection) as reader, telling(database) as invalidator:
        note(connection)
        (late,) = await slow._claim()
        connection.execute("update cache_invalidation set next_try_at = clock_now()")
        await invalidator.tell_due()
        clock.time += 4
        await slow._tell(late, taken_at=clock.time - 4)
        await slow._settle(late, error="too late")
        assert (len(reader.told), outbox(connection)) == (1, [("one", "shelf", 1, 1, 0)])


async def test_a_reader_of_loopback_is_called_from_its_machine_only(database: Database, connection: Connection) -> None:
    async with called(connection) as reader, telling(database) as invalidator:
        connection.execute("update cache_reader set machine = 'another'")
        note(connection)
        assert await invalidator.tell_due() == 0
        assert reader.told == []


async def test_a_reader_that_says_nothing_for_a_minute_is_forgotten(database: Database, connection: Connection) -> None:
    register(connection, address="127.0.0.1:9")
    note(connection)
    connection.execute("update cache_reader set seen_at = clock_now() - interval '61 seconds'")
    async with telling(database) as invalidator:
        assert await invalidator.tell_due() == 0
        note(connection)
        await invalidator.once()
    assert outbox(connection) == []
    assert connection.execute("select count(*) from cache_reader").fetchone() == (0,)


def test_without_readers_a_process_that_works_imports_no_grpc(database_url: str, tmp_path: Path) -> None:
    program = f"""
import asyncio, sys
from engine.app import open_engine
from engine.settings import Settings

async def main():
    async with open_engine(Settings(database_url={database_url!r}, home={str(tmp_path)!r})) as engine, engine.working():
        async with engine.database.transaction() as connection:
            await connection.execute("select note_change('shelf')")
        await engine.apply([{{"name": "p", "steps": [{{"key": "collect", "params": {{"items": []}}}}]}}])
        assert (await engine.run("p")).is_success

asyncio.run(main())
assert "grpc" not in sys.modules, "grpc was imported"
"""
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=HERE, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 0, ended.stderr


# --- the call ---------------------------------------------------------------------------------------------------------


async def invalidate(
    port: int, *, token: str | None = "secret", credentials: Any = None, host: str = "127.0.0.1", **request: Any
) -> Any:
    target = f"{host}:{port}"
    channel = aio.secure_channel(target, credentials) if credentials else aio.insecure_channel(target)
    async with channel:
        metadata = () if token is None else (("authorization", f"Bearer {token}"),)
        return await CacheServiceStub(channel).Invalidate(  # type: ignore[no-untyped-call]
            InvalidateRequest(**request), metadata=metadata, timeout=10
        )


@pytest.mark.parametrize("token", [None, "", "wrong", "secretx"])
async def test_a_call_without_the_token_of_the_reader_is_refused(token: str | None) -> None:
    reader = Called()
    server = CacheServer(reader.forget, token="secret", certificate=None)
    port = await server.start("127.0.0.1", 0)
    with pytest.raises(aio.AioRpcError) as refused:
        await invalidate(port, token=token, collection="shelf", generation=1)
    assert refused.value.code() is grpc.StatusCode.UNAUTHENTICATED
    assert reader.told == []
    await server.stop()


async def test_a_port_is_taken_by_one_reader_only() -> None:
    servers = [CacheServer(Called().forget, token="t", certificate=None) for _ in range(2)]
    port = await servers[0].start("127.0.0.1", 0)
    with pytest.raises(RuntimeError):
        await servers[1].start("127.0.0.1", port)
    for server in servers:
        await server.stop()


async def test_a_call_is_idempotent_and_says_what_was_forgotten(source: Source, notifier: Notifier) -> None:
    await write(source.database, "a", 1)
    async with reading(source.database, notifier) as reader:
        await reader.get(["shelf"], "a", source.compute)
        await write_silently(source.database, "a", 2)
        assert await reader.forget("shelf", 2, frozenset()) == Forgotten(2, 1)
        assert await reader.forget("shelf", 2, frozenset()) == Forgotten(2, 0)
        assert await reader.get(["shelf"], "a", source.compute) == 2
        assert await reader.forget("shelf", 1, frozenset()) == Forgotten(2, 0)
        assert await reader.forget("unknown", 7, frozenset()) == Forgotten(7, 0)


async def write_silently(database: Database, key: str, value: int) -> None:
    """Change the shelf and its generation, but tell nobody: neither outbox nor notification."""
    async with database.transaction() as connection:
        await connection.execute("update shelf set value = %s where key = %s", (value, key))
        await connection.execute(
            "update embedding_generation set generation = generation + 1, changed_at = clock_now()"
        )


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for localhost, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    names: list[x509.GeneralName] = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    paths = (tmp_path / "cert.pem", tmp_path / "key.pem")
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return paths


async def test_with_a_certificate_the_call_is_encrypted_and_the_row_says_whose_it_is(
    source: Source, notifier: Notifier, connection: Connection, certificate: tuple[Path, Path]
) -> None:
    await write(source.database, "a", 1)
    pair = {"tls_certificate": certificate[0], "tls_key": certificate[1]}
    async with reading(source.database, notifier, **pair) as reader, telling(source.database) as invalidator:
        await registered(reader)
        await reader.get(["shelf"], "a", source.compute)
        await write(source.database, "a", 2)
        assert await invalidator.tell_due() == 1
        assert outbox(connection) == [("reader", "shelf", 2, 2, 0)]
        ((address, token),) = connection.execute("select address, token from cache_reader").fetchall()
        with pytest.raises(aio.AioRpcError):
            await invalidate(int(address.rpartition(":")[2]), token=token, collection="shelf", generation=9)


async def registered(reader: CachedReader) -> None:
    """Have the reader write its row now."""
    assert reader._calls is not None
    assert reader._calls._registration is not None
    await reader._calls._registration.once()


# --- what readers serve -----------------------------------------------------------------------------------------------


Change = Callable[[Source, int], Awaitable[None]]


async def loudly(source: Source, value: int) -> None:
    await write(source.database, "a", value)


async def silently(source: Source, value: int) -> None:
    await write_silently(source.database, "a", value)


async def staleness(reader: CachedReader, source: Source, change: Change, value: int) -> float:
    """Seconds from the commit of a change to the last question whose answer does not know it."""
    await change(source, value)
    committed = last = asked = time.monotonic()
    while await reader.get(["shelf"], "a", source.compute) != value:
        last = asked
        assert last - committed < 5
        await asyncio.sleep(0.005)
        asked = time.monotonic()
    return last - committed


@asynccontextmanager
async def cut_off(database: Database, notifier: Notifier) -> AsyncIterator[None]:
    """While this lasts, no notification arrives: the connection is cut, and every new one too."""
    is_over = asyncio.Event()

    async def cut() -> None:
        async with await database.connect() as connection:
            while not is_over.is_set():
                await connection.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                    " where query like 'listen%' and datname = current_database()"
                )
                await asyncio.sleep(0.01)

    cutting = asyncio.create_task(cut())
    try:
        yield
    finally:
        is_over.set()
        await cutting


async def test_nothing_stale_is_served_for_a_second_if_the_call_is_lost(source: Source, notifier: Notifier) -> None:
    await write(source.database, "a", 0)
    async with reading(source.database, notifier) as reader:
        worst = max([await staleness(reader, source, loudly, value) for value in range(1, 11)])
    assert worst < 1


async def test_nothing_stale_is_served_for_a_second_if_the_notification_is_lost(
    source: Source, notifier: Notifier, connection: Connection
) -> None:
    await write(source.database, "a", 0)
    async with reading(source.database, notifier) as reader, telling(source.database) as invalidator:
        await registered(reader)
        await invalidator.start()
        async with cut_off(source.database, notifier):
            worst = max([await staleness(reader, source, loudly, value) for value in range(1, 4)])
    assert worst < 1


async def test_nothing_stale_is_served_for_a_second_if_both_are_lost(source: Source, notifier: Notifier) -> None:
    await write(source.database, "a", 0)
    async with reading(source.database, notifier) as reader:
        worst = max([await staleness(reader, source, silently, value) for value in range(1, 6)])
    assert worst < 1


async def test_a_reader_without_grpc_finds_out_by_itself(
    source: Source, notifier: Notifier, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "services.cache.calls", None)
    await write(source.database, "a", 0)
    async with reading(source.database, notifier) as reader:
        assert await staleness(reader, source, loudly, 1) < 1
        assert await staleness(reader, source, silently, 2) < 1
        assert connection.execute("select count(*) from cache_reader").fetchone() == (0,)


async def test_a_worker_without_grpc_says_so_and_leaves_the_call_to_others(
    database: Database, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with called(connection) as reader, telling(database) as invalidator, telling(database) as other:
        note(connection)
        with monkeypatch.context() as without:
            without.setitem(sys.modules, "runners.streams.invalidation", None)
            assert await invalidator.tell_due() == 1
        ((why,),) = connection.execute("select error from cache_invalidation").fetchall()
        assert "pip install 'batchdag[embeddings]'" in why
        connection.execute("update cache_invalidation set next_try_at = clock_now()")
        assert await other.tell_due() == 1
        assert reader.told == [("shelf", 1)]


async def test_a_process_that_works_tells_readers_by_itself(working: Harness, connection: Connection) -> None:
    async with called(connection) as reader:
        note(connection)
        await asyncio.wait_for(reader.is_called.wait(), timeout=10)
    assert reader.told[0] == ("shelf", 1)


async def test_a_reader_is_registered_while_it_reads_and_forgotten_at_its_end(
    source: Source, notifier: Notifier, connection: Connection
) -> None:
    async with reading(source.database, notifier) as reader:
        await registered(reader)
        ((machine, token),) = connection.execute("select machine, token from cache_reader").fetchall()
        assert machine is not None
        assert len(token) == 43
        note(connection)
        assert len(outbox(connection)) == 1
    assert connection.execute("select count(*) from cache_reader").fetchone() == (0,)
    assert outbox(connection) == []


async def test_a_restarted_reader_takes_the_place_of_its_predecessor(
    source: Source, notifier: Notifier, connection: Connection
) -> None:
    async with reading(source.database, notifier, name="first") as reader:
        await registered(reader)
        ((address,),) = connection.execute("select address from cache_reader").fetchall()
        register(connection, name="killed", address="127.0.0.1:50999")
        same = "update cache_reader set machine = (select machine from cache_reader where name = 'first')"
        # In a thread: the row may be locked by the reader, which runs in this one.
        await asyncio.to_thread(connection.execute, same)
    async with reading(source.database, notifier, name="second", port=50999) as reader:
        await registered(reader)
        assert connection.execute("select name from cache_reader").fetchall() == [("second",)]
    assert address != "127.0.0.1:50999"
