"""Rehearses asking: ``simulated`` answers in place of the provider that is meant, at that one's price and in its mode.

Decides what is different from asking in earnest. Nothing else is: the same prompts, jobs, checks and books.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Protocol

from runners.base import Column, Connection, Json, Outcome, StepRequest, Succeeded
from runners.generation.answers import find_answers
from runners.generation.asks import each_ask
from runners.generation.beginning import begin
from runners.generation.build import Source
from runners.generation.course import ModeOf
from runners.generation.ledger import load_job, send
from runners.generation.params import Asking, Patience
from runners.generation.requests import Requester
from runners.generation.rows import JobRow
from runners.providers.base import ProviderRefused
from runners.providers.registry import Providers

_STAND_IN = "simulated"
_AT_ONCE = 20
"""Live calls at once: nobody is kept busy by them."""
_POLL_SECONDS = 0.2


class Countable(Source, Protocol):
    """A source that can say how many items it has."""

    async def size(self) -> int: ...


async def rehearse(
    request: StepRequest,
    params: Asking,
    *,
    source: Countable,
    providers: Providers,
    mode_of: ModeOf,
    into: str | None = None,
    keep: Sequence[str] | None = None,
    renews: bool = False,
) -> Outcome:
    """Ask the stand-in for a sample of the items; the result says of how many it is one, and who was meant."""
    whole = await source.size()
    sample = request.rehearsal.sample if request.rehearsal is not None else None
    mode = mode_of(params.choices()[0], whole)
    course = await begin(
        request,
        stand_in(params),
        source=Sampled(source, keep=whole if sample is None else min(sample, whole), of=whole),
        providers=providers,
        mode_of=lambda _choice, _items: mode,
        into=into,
        keep=keep,
        instead_of=params.provider,
    )
    outcome = await course.run(source.columns)
    if not isinstance(outcome, Succeeded):
        return outcome
    facts = {
        "of": whole,
        "bought_before": 0 if renews else await _bought_before(request, params),
        **_means(params, providers),
    }
    return Succeeded({**outcome.result, "rehearsal": facts})


def stand_in(params: Asking) -> Asking:
    """Return the params with which the stand-in is asked.

    Each item is asked once, so that a rejected answer is seen and counts once. An answer is for this instance alone:
    another rehearsal has to count the same requests again, and a real run must not find them answered.
    """
    changes = {
        "provider": _STAND_IN,
        "fallback": None,
        "max_tries": 1,
        "reuse": "instance",
        "concurrency": max(params.concurrency, _AT_ONCE),
        "poll": Patience(interval_seconds=_POLL_SECONDS),
    }
    return params.model_copy(update=changes)


class Sampled:
    """Some items of a source, as far apart as can be: data is often sorted, and its beginning like nothing else."""

    def __init__(self, source: Source, *, keep: int, of: int) -> None:
        self._source = source
        self._keep = keep
        self._of = max(of, 1)

    @property
    def columns(self) -> Sequence[Column]:
        return self._source.columns

    async def fingerprint(self, connection: Connection) -> str:
        return f"{self._keep} of {await self._source.fingerprint(connection)}"

    async def chunks(self) -> AsyncIterator[list[Mapping[str, Json]]]:
        first = 0
        async for payloads in self._source.chunks():
            if kept := [payload for number, payload in enumerate(payloads, first) if self._is_kept(number)]:
                yield kept
            first += len(payloads)

    def _is_kept(self, number: int) -> bool:
        return (number + 1) * self._keep // self._of > number * self._keep // self._of


async def _bought_before(request: StepRequest, params: Asking) -> int:
    """Count the requests that a real run would find answered."""
    if params.reuse == "instance":
        return 0
    async with request.transaction() as connection:
        cursor = await send(connection, "built_jobs", step_id=request.step_id)
        jobs = [await load_job(connection, job_id) for (job_id,) in await cursor.fetchall()]
    return sum([await _answered(request, job, provider=params.provider) for job in jobs])


async def _answered(request: StepRequest, job: JobRow, *, provider: str) -> int:
    requester = Requester("", job.frame, provider=provider, values={}, salt="")
    count = 0
    async for asks in each_ask(request.transaction, job.id):
        hashes = [requester.hash_of(prompt, tries=0) for _, prompt in asks]
        async with request.transaction() as connection:
            count += len(await find_answers(connection, hashes))
    return count


def _means(params: Asking, providers: Providers) -> dict[str, Json]:
    """Return what the time that it takes depends on, and why the provider could not be asked from here, if so."""
    return {
        "concurrency": params.concurrency,
        "window_seconds": providers.kind(params.provider).limits.window.total_seconds(),
        "not_ready": _not_ready(providers, params.provider),
    }


def _not_ready(providers: Providers, name: str) -> str | None:
    """Return why the provider could not be asked from this process: it lacks a key, or its package."""
    try:
        providers.get(name)
    except ProviderRefused as refused:
        return str(refused)
    return None
