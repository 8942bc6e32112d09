"""What the conformance suites are about: every provider, put against an emulator, and every way of dispatch."""

import uuid
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, Self

import pytest

from runners.providers.base import Ask, Finish, Job, JobState, Provider, Reply
from runners.providers.gemini import Gemini
from runners.providers.openai import OpenAI, OpenAIResponses
from runners.providers.simulated import Simulated
from runners.providers.vertex import Vertex
from tests.brokers import queues_on
from tests.emulators import RunningEmulator, running_emulator
from tests.harness import Harness, engine_on

MOST_LOOKS = 100
SLOW = timedelta(seconds=1000)


class Clock:
    """The time as the provider under test sees it: the machine's, and as far ahead as the test wants."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def advance(self, by: timedelta) -> None:
        self._ahead += by


class Connecting(Provider, Protocol):
    """A provider that is made from settings, as all of them are."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], *, storage: Path) -> Self: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What the suite must know of a provider beyond the contract."""

    provider: type[Connecting]
    model: str
    embedding_model: str
    routes: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Which routes of the emulator serve a kind of call; none for a provider that calls nobody."""
    finishes: Mapping[Finish, Finish] = field(default_factory=dict)
    """How the provider itself calls what another has a word of its own for."""
    calls_per_upload: int = 1
    """In how many calls a small file is uploaded."""
    counts_embedded_tokens: bool = True
    """Whether the answer to several texts says how many tokens they had."""
    settings: Mapping[str, str] = field(default_factory=dict)

    def connected(self, environment: Mapping[str, str], *, storage: Path, clock: Clock) -> Provider:
        """Return the provider; its clock is the emulator's."""
        return self.provider.from_environment({**environment, **self.settings}, storage=storage)


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedSubject(Subject):
    """The provider that calls nobody has no emulator: it is handed the clock."""

    def connected(self, environment: Mapping[str, str], *, storage: Path, clock: Clock) -> Provider:
        seconds = float(environment["BATCHDAG_SIMULATED_SECONDS"])
        return Simulated(storage / Simulated.name, duration=timedelta(seconds=seconds), clock=clock.now)


def _openai(provider: type[Connecting], *, live: str) -> Subject:
    return Subject(
        provider=provider,
        model="gpt-5-mini",
        embedding_model="text-embedding-3-small",
        routes={
            "upload": ["openai.files.create"],
            "download": ["openai.files.content"],
            "create_job": ["openai.batches.create"],
            "job": ["openai.batches.get"],
            "generate": [live],
            "answer": [live],
        },
    )


SUBJECTS = {
    "openai": _openai(OpenAI, live="openai.chat"),
    "openai_responses": _openai(OpenAIResponses, live="openai.responses"),
    "gemini": Subject(
        provider=Gemini,
        model="gemini-3.5-flash",
        embedding_model="gemini-embedding-2",
        routes={
            "upload": ["gemini.files.upload"],
            "download": ["gemini.files.content"],
            "create_job": ["gemini.batches.create"],
            "job": ["gemini.batches.get"],
            "generate": ["gemini.generate"],
            "answer": ["gemini.generate"],
        },
        finishes={Finish.REFUSED: Finish.FILTERED},
        calls_per_upload=2,
        counts_embedded_tokens=False,
    ),
    "vertex": Subject(
        provider=Vertex,
        model="gemini-3.5-flash",
        embedding_model="text-embedding-005",
        routes={
            "upload": ["gcs.upload"],
            "download": ["gcs.download"],
            "create_job": ["vertex.batches.create"],
            "job": ["vertex.batches.get"],
            "generate": ["vertex.generate"],
            "answer": ["vertex.generate"],
        },
        finishes={Finish.REFUSED: Finish.FILTERED},
        settings={"BATCHDAG_VERTEX_STAGING": "gs://staging/batchdag"},
    ),
    "simulated": SimulatedSubject(provider=Simulated, model="gpt-5-mini", embedding_model="text-embedding-3-small"),
}
ALL = list(SUBJECTS)
REMOTE = [name for name, subject in SUBJECTS.items() if subject.routes]
FINDING = [name for name, subject in SUBJECTS.items() if subject.provider.finds_replies]
FLEXIBLE = [name for name, subject in SUBJECTS.items() if subject.provider.has_flex]
FORGETTING = [name for name in ALL if name not in FINDING]


@dataclass(slots=True)
class Bench:
    """One provider at work on an emulator that has forgotten everything before."""

    subject: Subject
    provider: Provider
    emulator: RunningEmulator
    folder: Path
    clock: Clock

    def ask(self, key: str, **more: Any) -> Ask:
        return Ask(key=key, model=self.subject.model, prompt=f"왜? Why, {key}?", **more)

    def asks(self, count: int, **more: Any) -> list[Ask]:
        return [self.ask(f"bd-1-{number}", **more) for number in range(count)]

    def written(self, asks: Sequence[Ask]) -> Path:
        """Return a file with one line for each ask."""
        path = self.folder / "input.jsonl"
        path.write_bytes(b"".join(map(self.provider.line, asks)))
        return path

    async def submitted(self, asks: Sequence[Ask], *, key: str) -> Job:
        staged = await self.provider.stage(self.written(asks), key=key)
        return await self.provider.submit(staged, key=key, model=self.subject.model)

    async def finished(self, job: Job) -> Job:
        """Look at a job, at least once, until it has ended."""
        for _ in range(MOST_LOOKS):
            job = await self.provider.status(job.id)
            if job.state is not JobState.RUNNING:
                return job
        raise AssertionError(f"{job.id} is still {job.status} after {MOST_LOOKS} looks")

    async def lines(self, job: Job) -> list[bytes]:
        files = [b"".join([block async for block in self.provider.fetch(output)]) for output in job.outputs]
        return [line for file in files for line in file.splitlines()]

    async def replies(self, job: Job) -> list[Reply]:
        return [self.provider.read(line) for line in await self.lines(job)]

    async def found(self, key: str) -> list[Job]:
        return list(await self.provider.find_by_key(key, since=self.now()))

    def fault(self, kind: str, call: str, **order: Any) -> None:
        """Order a fault for one kind of this provider's calls."""
        for route in self.subject.routes[call]:
            self.emulator.fault(kind, route=route, **order)

    def calls(self, call: str) -> int:
        """Return how many calls of a kind the emulator has counted."""
        counted = self.emulator.calls()
        return sum(counted.get(route, 0) for route in self.subject.routes.get(call, ()))

    def billed(self) -> int:
        return int(self.emulator.bill("none")["totals"]["billed"])

    def now(self) -> datetime:
        return self.clock.now()

    def age(self, by: timedelta) -> None:
        """Let so much time pass for the provider."""
        self.emulator.advance(by.total_seconds())
        self.clock.advance(by)


@pytest.fixture(scope="session")
def shared_emulator() -> Iterator[RunningEmulator]:
    with running_emulator() as emulator:
        yield emulator


@pytest.fixture
async def bench(
    request: pytest.FixtureRequest, shared_emulator: RunningEmulator, tmp_path: Path
) -> AsyncIterator[Bench]:
    """The provider that the test's parameter names; its jobs end at once."""
    async with _bench(SUBJECTS[request.param], shared_emulator, folder=tmp_path, job_seconds=0) as opened:
        yield opened


@pytest.fixture
async def slow_bench(
    request: pytest.FixtureRequest, shared_emulator: RunningEmulator, tmp_path: Path
) -> AsyncIterator[Bench]:
    """As ``bench``, but jobs take ``SLOW`` and do their requests evenly over that time."""
    async with _bench(
        SUBJECTS[request.param], shared_emulator, folder=tmp_path, job_seconds=SLOW.total_seconds()
    ) as opened:
        yield opened


@asynccontextmanager
async def _bench(
    subject: Subject, emulator: RunningEmulator, *, folder: Path, job_seconds: float
) -> AsyncIterator[Bench]:
    emulator.reset()
    emulator.settings(batch_seconds=job_seconds)
    environment = {**emulator.environment, "BATCHDAG_SIMULATED_SECONDS": str(job_seconds)}
    clock = Clock()
    provider = subject.connected(environment, storage=folder / "storage", clock=clock)
    yield Bench(subject=subject, provider=provider, emulator=emulator, folder=folder, clock=clock)
    await provider.aclose()


@pytest.fixture(params=["direct", "rabbitmq", "redis"])
async def working(request: pytest.FixtureRequest, database_url: str, test_reader_url: str) -> AsyncIterator[Harness]:
    """An engine that works: by itself, or told of ready steps by a message broker."""
    if request.param == "direct":
        async with engine_on(database_url, test_reader_url) as harness, harness.engine.working():
            yield harness
        return
    url = request.getfixturevalue({"rabbitmq": "amqp_url", "redis": "redis_url"}[request.param])
    prefix = f"t{uuid.uuid4().hex[:12]}"
    with queues_on(url, prefix=prefix) as queues:
        async with (
            engine_on(database_url, test_reader_url, broker_url=url, queue_prefix=prefix) as harness,
            harness.engine.working(queues=queues.consumed(())),
        ):
            yield harness
