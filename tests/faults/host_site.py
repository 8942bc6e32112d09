"""The five hosts with what runs on them, and the ways to break it. Notes for each fault when what held again.

Knows how to break, repair and wait; what is broken in which order is the test's to say.
"""

import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.brokers import RABBITMQ
from tests.faults.host_books import TABLES, all_done, count_ready, first_claim, held_by, standing, start_instances
from tests.faults.host_servers import BrokerHost, DatabaseHost, WorkerHost
from tests.faults.hosts import BROKER, DATABASE, network, require_hosts
from tests.servers import server_folder

Question = Callable[..., Any]
"""Asked of the database: its first argument is the connection."""

DEAF = 45.0
"""Seconds after a repair after which a worker that claims nothing counts as deaf."""

BUSY = 50
"""Steps that are kept waiting, so that there is always something to claim, and nothing waits for long."""

WORKERS = ("w1", "w2", "w3")


@dataclass(slots=True)
class Fault:
    """What was broken, and when it held again.

    Attributes:
        held: the steps that the victims held when it happened.
        back: when each victim first claimed a step after the repair.
    """

    what: str
    began: datetime
    held: Sequence[int]
    repaired: datetime
    back: Sequence[datetime]


@dataclass(slots=True)
class Site:
    """Everything that can be broken.

    Attributes:
        instances: how many have been asked for.
        is_fed: whether more are, little by little, whenever the test waits: faults must find steps running, however
            long the faults take on this machine.
    """

    database: DatabaseHost
    broker: BrokerHost
    workers: Mapping[str, WorkerHost]
    connection: psycopg.Connection[Any]
    instances: int = 0
    is_fed: bool = False
    faults: list[Fault] = field(default_factory=list)

    def kill(self, *names: str) -> None:
        """Kill workers, and start them again at once."""
        self._break_workers("killed", names, damage=WorkerHost.kill, repair=WorkerHost.start)

    def freeze(self, *names: str, seconds: float) -> None:
        self._break_workers(
            "frozen",
            names,
            damage=lambda worker: worker.send(signal.SIGSTOP),
            repair=lambda worker: worker.send(signal.SIGCONT),
            seconds=seconds,
        )

    def cut_off(self, *names: str, of: Sequence[str], seconds: float) -> None:
        """Pull the workers' cables to these networks."""
        self._break_workers(
            f"cut off from {' and '.join(_NAMES[one] for one in of)}",
            names,
            damage=lambda worker: worker.host.unplug(*of),
            repair=lambda worker: worker.host.plug(*of),
            seconds=seconds,
        )

    def restart_broker(self) -> None:
        self.broker.stop(signal.SIGTERM)
        self._bring_back("broker restarted", self._start_broker)

    def power_off_broker(self) -> None:
        """Nobody is told that the broker is gone: its cable is pulled before it is killed."""
        self.broker.host.unplug(BROKER)
        self.broker.stop(signal.SIGKILL)
        self._bring_back("broker's host without power", self._start_broker)

    def restart_database(self) -> None:
        self.database.stop("fast")
        self._bring_back("database restarted", self.database.start)

    def power_off_database(self) -> None:
        """Nobody is told that the server is gone, and it recovers from its log."""
        self.database.host.unplug(DATABASE)
        self.database.stop("immediate")
        self._bring_back("database's host without power", self._start_database)

    def _start_broker(self) -> None:
        self.broker.start()
        self.broker.await_start()
        self.broker.host.plug(BROKER)

    def _start_database(self) -> None:
        self.database.start()
        self.database.host.plug(DATABASE)

    def _break_workers(
        self,
        what: str,
        names: Sequence[str],
        *,
        damage: Callable[[WorkerHost], None],
        repair: Callable[[WorkerHost], None],
        seconds: float = 0,
    ) -> None:
        """Go on when the victims are at work again, and what they held is done."""
        victims = [self.workers[name] for name in names]
        for victim in victims:
            damage(victim)
        began = _now()
        held = [step for victim in victims for step in self.ask(held_by, victim.pattern)]
        self.wait(seconds)
        for victim in victims:
            repair(victim)
        self._note(f"{len(victims)} worker {what}", began=began, held=held, victims=victims)

    def _bring_back(self, what: str, start: Callable[[], None]) -> None:
        """Go on when all workers are at work again."""
        began = _now()
        start()
        self._note(what, began=began, held=[], victims=list(self.workers.values()))

    def _note(self, what: str, *, began: datetime, held: Sequence[int], victims: Sequence[WorkerHost]) -> None:
        repaired = _now()
        back = [self._claim(victim, since=repaired, after=what) for victim in victims]
        self.until(f"{what}: what the victim held was never done", all_done, held)
        self.faults.append(Fault(what, began, held, repaired, back))

    def _claim(self, worker: WorkerHost, *, since: datetime, after: str) -> datetime:
        """Return when the worker first claims a step."""
        self.until(
            f"{after}: {worker.host.name} is deaf, it has claimed nothing for {DEAF:.0f} s",
            first_claim,
            worker.pattern,
            since,
        )
        claimed: datetime = self.ask(first_claim, worker.pattern, since)
        return claimed

    def until(self, otherwise: str, question: Question, *about: Any, within: float = DEAF) -> None:
        """Return once the answer is true."""
        end = time.monotonic() + within
        while not self.ask(question, *about):
            assert time.monotonic() < end, f"{otherwise}\n{self._standing()}"
            self.wait(0.1)

    def wait(self, seconds: float) -> None:
        """Let time pass, in which the workers are kept busy."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.is_fed and self.ask(count_ready) < BUSY:
                self._start(1)
            time.sleep(0.1)

    def feed_no_more(self, *, least: int) -> None:
        """Ask for what is missing to so many instances, and then for none."""
        self.is_fed = False
        self._start(max(0, least - self.instances))

    def _start(self, count: int) -> None:
        self.ask(start_instances, count)
        self.instances += count

    def _standing(self) -> str:
        """Say how things stand, for whoever has to find out why."""
        logs = [f"{worker.host.name}: {worker.log.read_text('utf-8')[-2500:]}" for worker in self.workers.values()]
        return "\n".join([*map(str, self.faults), *(str(row) for row in self.ask(standing)), *logs])

    def ask(self, question: Question, *about: Any) -> Any:
        """Ask the database, which may have been restarted since."""
        try:
            return question(self.connection, *about)
        except psycopg.OperationalError:
            self.connection.close()
            self.connection = self.database.connect()
            return question(self.connection, *about)


_NAMES = {DATABASE: "the database", BROKER: "the broker"}


def _now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def running_site(**settings: object) -> Iterator[Site]:
    """Make the hosts, with both servers running and the workers on their way up; settings are those of the workers."""
    require_hosts()
    if not RABBITMQ.exists():
        pytest.skip("no RabbitMQ here: Debian's package is rabbitmq-server")
    cables = {"db": (DATABASE,), "mq": (BROKER,)} | dict.fromkeys(WORKERS, (DATABASE, BROKER))
    with server_folder() as folder, network(cables) as hosts:
        broker = BrokerHost(hosts["mq"], folder)
        broker.start()
        database = DatabaseHost(hosts["db"], folder)
        database.start()
        database.initialise(TABLES)
        environment = _environment(database, broker, folder) | {
            f"BATCHDAG_{key.upper()}": str(value) for key, value in settings.items()
        }
        workers = {name: WorkerHost(hosts[name], folder, environment) for name in WORKERS}
        broker.await_start()
        for worker in workers.values():
            worker.start()
        site = Site(database, broker, workers, database.connect())
        try:
            yield site
        finally:
            site.connection.close()
            for host in hosts.values():
                host.kill_everything()


def _environment(database: DatabaseHost, broker: BrokerHost, folder: Path) -> dict[str, str]:
    return {
        "BATCHDAG_DATABASE_URL": database.url,
        "BATCHDAG_READER_URL": database.reader,
        "BATCHDAG_BROKER_URL": broker.url,
        "BATCHDAG_HOME": str(folder),
        "BATCHDAG_STOP_SECONDS": "10",
    }
