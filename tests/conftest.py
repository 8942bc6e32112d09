"""A real PostgreSQL for every test: one server, one template with the schema, a fresh copy for each test."""

import logging
import os
import ssl
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache, partial
from itertools import groupby
from pathlib import Path
from typing import TypeAlias

import psycopg
import pytest
from hypothesis import settings
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from engine.database import Database
from engine.embedded import reader_url
from engine.schema import schema_sql
from tests.brokers import Server, rabbitmq_server, redis_server
from tests.harness import Harness, engine_on
from tests.servers import server_folder, session_server

NewDatabase: TypeAlias = Callable[[], AbstractContextManager[str]]
SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"

# An example that takes long says something of the machine: what must be quick has a test that measures it.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the tests that are given the most time, so that none of them is still under way when all others are done.

    Each module of them begins another of the chunks in which tests are handed out, so that no process gets them all.
    """
    chunk = max(2, config.getoption("maxschedchunk", None) or 0)  # xdist begins with two for each process, if not more
    items.sort(key=_patience, reverse=True)
    others = [item for item in items if not _patience(item)]
    dealt: list[pytest.Item] = []
    for _, module in groupby(items[: len(items) - len(others)], key=lambda item: item.path):
        dealt += module
        short = -len(dealt) % chunk
        dealt, others = dealt + others[:short], others[short:]
    items[:] = dealt + others


def _patience(item: pytest.Item) -> float:
    """Return the seconds that a test is given; 0 for most, whose order is not changed."""
    own = item.get_closest_marker("timeout")
    return float(own.args[0]) if own else 0


@pytest.fixture(scope="session", autouse=True)
def _certificates_are_read_once() -> Iterator[None]:
    """Every client of HTTP reads them when it is made, for 40 ms of CPU time, even to call a server without TLS."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", cache(ssl.create_default_context))
        yield


@pytest.fixture(autouse=True)
def _no_port_in_common(monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers of tests that run at once must not want the same port for what they are told of their caches."""
    monkeypatch.setenv("BATCHDAG_CACHE_PORT", "0")


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """A command that is run in this process sets up its logs; the next test must not inherit them."""
    events = logging.getLogger("batchdag")
    level, handlers = events.level, list(logging.getLogger().handlers)
    yield
    events.setLevel(level)
    logging.captureWarnings(False)
    for handler in [one for one in logging.getLogger().handlers if one not in handlers]:
        logging.getLogger().removeHandler(handler)


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """A server for the session: BATCHDAG_TEST_DATABASE_URL (a superuser), or an embedded one of our own."""
    if url := os.environ.get("BATCHDAG_TEST_DATABASE_URL"):
        yield url
        return
    with session_server() as url:
        yield url


@pytest.fixture(scope="session")
def template(server_url: str) -> Iterator[str]:
    name = f"template_{uuid.uuid4().hex[:12]}"
    _admin(server_url, "create database {}", name)
    with psycopg.connect(_on(server_url, name), autocommit=True) as connection:
        connection.execute(schema_sql())
    yield name
    _admin(server_url, "drop database {} with (force)", name)


@pytest.fixture(scope="session")
def new_database(server_url: str, template: str) -> NewDatabase:
    """Make a database with the schema, which is dropped afterwards: ``with new_database() as url``."""
    # A server of somebody else may write to a disk, and each copy of files makes it write down all that it holds.
    strategy = "wal_log" if "BATCHDAG_TEST_DATABASE_URL" in os.environ else "file_copy"
    return partial(_copied, server_url, template, strategy)


@contextmanager
def _copied(server_url: str, template: str, strategy: str) -> Iterator[str]:
    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(
            sql.SQL("create database {} template {} strategy {}").format(
                sql.Identifier(name), sql.Identifier(template), sql.Identifier(strategy)
            )
        )
        connection.execute(sql.SQL("revoke temporary on database {} from public").format(sql.Identifier(name)))
    try:
        yield _on(server_url, name)
    finally:
        _admin(server_url, "drop database {} with (force)", name)


@pytest.fixture
def database_url(new_database: NewDatabase) -> Iterator[str]:
    """The URL of a database of this test's own, with the schema."""
    with new_database() as url:
        yield url


@pytest.fixture
def test_reader_url(database_url: str) -> str:
    return reader_url(database_url)


@pytest.fixture
def connection(database_url: str) -> Iterator[psycopg.Connection]:
    """A superuser connection in autocommit mode: what psql would do, but that a test may move states as the engine does."""
    with psycopg.connect(database_url, autocommit=True) as opened:
        opened.execute("set batchdag.engine = 'on'")
        yield opened


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def gsm8k() -> Path:
    """1,319 real questions."""
    path = SHARED_DATA / "gsm8k_test.jsonl"
    if not path.exists():
        pytest.skip(f"the GSM8K questions are not at {path}")
    return path


def _on(url: str, name: str) -> str:
    return make_conninfo("", **(conninfo_to_dict(url) | {"dbname": name}))


def _admin(url: str, statement: str, name: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(sql.Identifier(name)))


@pytest.fixture
async def idle(database_url: str, test_reader_url: str) -> AsyncIterator[Harness]:
    """An engine that has not begun to work."""
    async with engine_on(database_url, test_reader_url) as harness:
        yield harness


@pytest.fixture
async def working(idle: Harness) -> AsyncIterator[Harness]:
    """An engine that works."""
    async with idle.engine.working():
        yield idle


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis for the session; skips where it is not installed."""
    yield from _broker(redis_server)


@pytest.fixture(scope="session")
def amqp_url() -> Iterator[str]:
    """A RabbitMQ for the session; skips where it is not installed."""
    yield from _broker(rabbitmq_server)


def _broker(make: Callable[[Path], Server]) -> Iterator[str]:
    with server_folder() as folder:
        server = make(folder)
        server.start()
        try:
            yield server.url
        finally:
            server.stop()
