"""Message brokers for tests: servers of our own, in a folder of their own, started when the first test asks for one."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from celery import Celery

from engine.dispatch.queue.broker import make_app
from engine.dispatch.queue.settings import QueueSettings
from tests.ports import free_port

RABBITMQ = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
_PATIENCE = 60.0


@dataclass
class Server:
    """A broker in a process group of its own, which a test may kill and start again on the same port and folder."""

    url: str
    port: int
    command: list[str]
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self.folder / "output").open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                env=os.environ | self.environment,
                cwd=self.folder,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self._await_port()

    def _await_port(self) -> None:
        assert self.process is not None
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            if self.process.poll() is not None:
                break
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise RuntimeError(f"{self.command[0]} did not listen: {(self.folder / 'output').read_text('utf-8')[-2000:]}")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self.process is None:
            return
        os.killpg(self.process.pid, how)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(5)
        self.process = None


def redis_server(folder: Path) -> Server:
    """Return a Redis that keeps what it holds on disk when it is stopped; skips where Redis is not installed."""
    command = shutil.which("redis-server")
    if command is None:
        pytest.skip("no redis-server here: Debian's package is redis-server")
    port = free_port()
    return Server(
        f"redis://127.0.0.1:{port}/0", port, [command, "--port", str(port), "--appendonly", "yes", "--save", ""], folder
    )


def rabbitmq_server(folder: Path) -> Server:
    """Return a RabbitMQ node of our own; skips where RabbitMQ is not installed."""
    if not RABBITMQ.exists():
        pytest.skip("no RabbitMQ here: Debian's package is rabbitmq-server")
    port = free_port()
    (folder / "plugins").write_text("[].")
    environment = {
        "HOME": str(folder),
        "RABBITMQ_NODENAME": f"batchdag{port}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(free_port()),
        "RABBITMQ_MNESIA_BASE": str(folder / "data"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
        "RABBITMQ_CONF_ENV_FILE": str(folder / "no-environment"),
        "ERL_EPMD_PORT": str(free_port()),
    }
    return Server(f"amqp://guest:guest@127.0.0.1:{port}//", port, [str(RABBITMQ)], folder, environment)


@contextmanager
def queues_on(url: str, *, prefix: str) -> Iterator[QueueSettings]:
    """Queues of a test's own on a broker, removed afterwards."""
    settings = QueueSettings(url=url, prefix=prefix)
    yield settings
    _remove(make_app(settings), settings.known)


def _remove(app: Celery, queues: list[str]) -> None:
    with app.connection_for_write() as connection:
        for queue in queues:
            channel = connection.channel()
            try:
                channel.queue_delete(queue)  # type: ignore[attr-defined]
            except connection.channel_errors:
                continue
