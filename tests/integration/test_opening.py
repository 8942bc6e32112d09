"""An engine that cannot be opened: which setting is wrong, what the server says, and nothing of a password."""

import io
import json
import logging
import socket
from collections.abc import Iterator

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from engine.addresses import AddressMalformed, DatabaseUnreachable
from engine.app import open_engine
from engine.cli.failures import explain
from engine.logs import LogFormat, set_up_logs
from engine.settings import Settings

MALFORMED = [
    "host=db pasword=hunter2",
    "hunter2",
    "mysql://me:hunter2@db/batch",
    'mysql://me:a"hunter2"x@db/batch',
    "password='hunter2",
    "postgresql://me:%zzhunter2@db/batch",
    "postgresql://me:a@hunter2@db/batch",
]


async def _open(settings: Settings, *, initialise_schema: bool = True) -> None:
    async with open_engine(settings, initialise_schema=initialise_schema):
        pass


@pytest.mark.parametrize("url", MALFORMED)
@pytest.mark.parametrize("setting", ["database_url", "reader_url"])
async def test_a_malformed_address_is_refused_by_its_setting_without_its_text(url: str, setting: str) -> None:
    settings = Settings(**({"database_url": "postgresql://127.0.0.1:1/none"} | {setting: url}))
    with pytest.raises(AddressMalformed, match=f"^BATCHDAG_{setting.upper()} is not the address") as refused:
        await _open(settings)
    assert "hunter2" not in str(explain(refused.value))
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port that nobody listens on, and nobody else is given meanwhile."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield int(held.getsockname()[1])


@pytest.mark.timeout(30)
@pytest.mark.parametrize("initialise_schema", [True, False])
async def test_a_database_that_is_away_is_said_at_once_and_once(
    closed_port: int, initialise_schema: bool, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(database_url=f"postgresql://me:hunter2@127.0.0.1:{closed_port}/batch")
    with caplog.at_level(logging.DEBUG), pytest.raises(DatabaseUnreachable) as refused:
        await _open(settings, initialise_schema=initialise_schema)
    said = str(explain(refused.value))
    assert f"at 127.0.0.1, port {closed_port} cannot be reached: " in said
    assert "Connection refused" in said
    assert "BATCHDAG_DATABASE_URL" in said
    assert "hunter2" not in said
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_a_server_that_does_not_let_us_in_is_quoted(database_url: str) -> None:
    settings = Settings(database_url=make_conninfo(database_url, dbname="there_is_none"))
    with pytest.raises(DatabaseUnreachable, match='database "there_is_none" does not exist'):
        await _open(settings)


async def test_what_cannot_be_reached_is_an_operational_error_as_before(closed_port: int) -> None:
    with pytest.raises(psycopg.OperationalError):
        await _open(Settings(database_url=f"postgresql://127.0.0.1:{closed_port}/batch"))


async def test_a_setting_that_is_misspelt_is_said_at_any_level(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BATCHDAG_LEASE", "abc")
    said = io.StringIO()
    set_up_logs("ERROR", form=LogFormat.JSON, stream=said)
    await _open(Settings(database_url=database_url))
    [line] = [json.loads(line) for line in said.getvalue().splitlines()]
    assert (line["event"], line["variable"]) == ("settings.unknown_variable", "BATCHDAG_LEASE")
    assert line["why"] == 'nothing reads it (did you mean "BATCHDAG_LEASE_SECONDS"?)'
