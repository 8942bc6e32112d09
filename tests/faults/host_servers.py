"""What runs on the hosts: a PostgreSQL, a RabbitMQ and ``batchdag worker`` processes, to be killed, frozen and restarted.

The test itself is on no network: it asks the database over its unix socket, whatever is unplugged.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg

from engine.embedded import start_embedded, stop_embedded
from engine.schema import schema_sql
from tests.brokers import RABBITMQ
from tests.faults.hosts import BROKER, DATABASE, NETWORKS, Host

ROOT = Path(__file__).parents[2]
PATIENCE = 90.0

_USER = "pgserver"
"""PostgreSQL does not run as root; the embedded server has made this user."""

_AMQP = 5672
_CODE = "from engine.cli import main; main()"
_PLUGIN = "[batchdag.runners]\nmark = tests.faults.host_books:Mark\n"


class DatabaseHost:
    """A PostgreSQL that listens on its host's network, and on a unix socket that the test can reach."""

    def __init__(self, host: Host, folder: Path) -> None:
        self.host = host
        server = start_embedded(folder)
        stop_embedded(server)
        self._data, self._programs = server.data, server.programs
        self.url = f"postgresql://postgres@{host.address(DATABASE)}/postgres"
        self.reader = f"postgresql://batchdag_reader@{host.address(DATABASE)}/postgres"
        with (self._data / "pg_hba.conf").open("a") as rules:
            rules.write(f"host all all {NETWORKS[DATABASE]}.0/24 trust\n")

    def start(self) -> None:
        self._control("start", "-w", "-l", str(self._data / "log"), "-o", f"-h '*' -k {self._data}")

    def stop(self, mode: str) -> None:
        """``fast`` ends every session in order; ``immediate`` ends the server as a crash does."""
        self._control("stop", "-w", "-m", mode)

    def _control(self, *words: str) -> None:
        self.host.run(str(self._programs / "pg_ctl"), "-D", str(self._data), *words, user=_USER)

    def connect(self) -> psycopg.Connection[Any]:
        """Open the test's own connection; the server may be on its way up."""
        url = f"host={self._data} user=postgres dbname=postgres application_name=test"
        return psycopg.connect(url, autocommit=True, connect_timeout=10)

    def initialise(self, *statements: str) -> None:
        with self.connect() as connection:
            connection.execute(schema_sql())
            for statement in statements:
                connection.execute(statement)


class BrokerHost:
    """A RabbitMQ node; what it holds is on disk."""

    def __init__(self, host: Host, folder: Path) -> None:
        self.host = host
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"amqp://guest:guest@{host.address(BROKER)}:{_AMQP}//"
        (folder / "enabled_plugins").write_text("[].")
        (folder / "rabbitmq.conf").write_text("loopback_users = none\n")

    def start(self) -> None:
        """Start it; returns at once."""
        self._process = self.host.spawn(
            [str(RABBITMQ)], log=self._folder / "output", cwd=self._folder, env=os.environ | self._environment()
        )

    def _environment(self) -> Mapping[str, str]:
        return {
            "HOME": str(self._folder),
            "RABBITMQ_NODENAME": "batchdag@localhost",
            "RABBITMQ_NODE_PORT": str(_AMQP),
            "RABBITMQ_MNESIA_BASE": str(self._folder / "data"),
            "RABBITMQ_LOG_BASE": str(self._folder / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self._folder / "enabled_plugins"),
            "RABBITMQ_CONF_ENV_FILE": str(self._folder / "no-environment"),
            "RABBITMQ_CONFIG_FILE": str(self._folder / "rabbitmq.conf"),
        }

    def await_start(self) -> None:
        """Return once it listens."""
        self._until(lambda: self.host.listens(_AMQP), "RabbitMQ did not start")

    def stop(self, how: signal.Signals) -> None:
        """Send a signal to its processes; return once they have let go of the port."""
        assert self._process is not None
        os.killpg(self._process.pid, how)
        self._process.wait(PATIENCE)
        self._until(lambda: not self.host.listens(_AMQP), "RabbitMQ did not stop")

    def _until(self, holds: Callable[[], bool], otherwise: str) -> None:
        end = time.monotonic() + PATIENCE
        while not holds():
            if time.monotonic() > end:
                raise RuntimeError(f"{otherwise}: {(self._folder / 'output').read_text('utf-8')[-2000:]}")
            time.sleep(0.1)


class WorkerHost:
    """A ``batchdag worker`` on a host of its own."""

    def __init__(self, host: Host, folder: Path, environment: Mapping[str, str]) -> None:
        self.host = host
        self.pids: list[int] = []
        self._folder = folder
        self._environment = os.environ | environment | {"PYTHONPATH": f"{_plugin(folder)}{os.pathsep}{ROOT}"}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def name(self) -> str:
        return self.host.name

    @property
    def process(self) -> "subprocess.Popen[bytes]":
        assert self._process is not None
        return self._process

    def start(self) -> None:
        """Start it; returns at once."""
        words = [sys.executable, "-c", _CODE, "worker"]
        self._process = self.host.spawn(words, log=self.log, cwd=self._folder, env=self._environment)
        self.pids.append(self.process.pid)

    @property
    def log(self) -> Path:
        return self._folder / f"{self.name}.log"

    @property
    def pattern(self) -> str:
        """A pattern for the name of the process that runs now, as it stands in ``leased_by``."""
        return f"%:{self.process.pid}:%"

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def kill(self) -> None:
        self.send(signal.SIGKILL)
        self.process.wait(10)

    def events(self) -> Counter[str]:
        """Return how often it has logged what."""
        return Counter(str(line.get("event")) for line in self._lines())

    def _lines(self) -> Iterator[Mapping[str, Any]]:
        for line in self.log.read_text("utf-8").splitlines():
            if line.startswith("{"):
                yield json.loads(line)


def _plugin(folder: Path) -> Path:
    """Make a folder that is to Python an installed package with the runner of these tests."""
    info = folder / "plugins" / "marking-1.dist-info"
    info.mkdir(parents=True, exist_ok=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: marking\nVersion: 1\n")
    (info / "entry_points.txt").write_text(_PLUGIN)
    return info.parent
