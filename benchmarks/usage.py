"""What a run of several processes takes of the machine: processor time by party, commits, and which limit binds."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psutil
import psycopg

from engine.embedded import EmbeddedServer


@dataclass(frozen=True, slots=True)
class Rate:
    """What a run came to.

    Attributes:
        cost: milliseconds of processor time for each step, of the workers, the database and the broker.
        limits: how much of each limit it took, everything else on the machine included.
    """

    steps: float
    cost: tuple[float, float, float]
    limits: Mapping[str, float]

    @property
    def binding(self) -> str:
        name = max(self.limits, key=lambda limit: self.limits[limit])
        return f"{name} ({self.limits[name]:.0%})"


@dataclass(frozen=True, slots=True)
class Parties:
    """The processes that take part."""

    workers: Sequence[psutil.Process]
    database: psutil.Process
    broker: psutil.Process | None


@dataclass(frozen=True, slots=True)
class Used:
    """What has been used up to a moment: seconds on the clock and of processors, and commits."""

    at: float
    busy: float
    workers: Sequence[float]
    database: float
    broker: float
    commits: int

    @classmethod
    def now(cls, url: str, parties: Parties) -> "Used":
        times = psutil.cpu_times()
        with psycopg.connect(url) as connection:
            commits = connection.execute("select pg_snapshot_xmax(pg_current_snapshot())::text").fetchall()[0][0]
        return cls(
            at=time.perf_counter(),
            busy=sum(times) - times.idle - getattr(times, "iowait", 0.0),
            workers=[processor_seconds(worker) for worker in parties.workers],
            database=processor_seconds(parties.database),
            broker=processor_seconds(parties.broker) if parties.broker else 0.0,
            commits=int(commits),
        )

    def since(self, before: "Used", *, steps: int, commits: float) -> Rate:
        seconds = self.at - before.at
        workers = [now - then for now, then in zip(self.workers, before.workers, strict=True)]
        cost = (sum(workers), self.database - before.database, self.broker - before.broker)
        processors = psutil.cpu_count() or 1
        busy = (self.busy - before.busy) / seconds / processors
        ours = sum(cost) / seconds / processors
        return Rate(
            steps / seconds,
            (cost[0] / steps * 1000, cost[1] / steps * 1000, cost[2] / steps * 1000),
            {
                f"{processors} processors, {ours / busy:.0%} of it ours": busy,
                "Python of one worker": max(workers) / seconds,
                "commits": (self.commits - before.commits) / seconds / commits,
            },
        )


def postmaster(server: EmbeddedServer) -> psutil.Process:
    """Return the process whose children are the database's."""
    return psutil.Process(int((server.data / "postmaster.pid").read_text().split()[0]))


def processor_seconds(root: psutil.Process) -> float:
    """Return what a process and all its children have used, those that have ended included."""
    return sum(_own_seconds(process) for process in (root, *root.children(recursive=True)))


def _own_seconds(process: psutil.Process) -> float:
    try:
        return sum(process.cpu_times()[:4])
    except psutil.NoSuchProcess:  # it has ended since it was listed, and its parent has its time
        return 0.0
