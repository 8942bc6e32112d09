"""A provider without a provider: takes jobs and answers them with made-up content, to rehearse before paying.

It bills nothing. A job is files in a folder, so any process can go on with it; submitting twice under one key is the
same job, and an output is made up while it is fetched, each time the same. Live answers are not kept: ``finds_replies``
is false, because asking again costs nothing and gives the same answer.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar, Self

from runners.providers.answers_vectors import make_vector
from runners.providers.base import (
    Ask,
    Job,
    JobState,
    Limits,
    ProviderGone,
    ProviderRefused,
    ProviderUnsure,
    Reply,
    Tier,
    Usage,
)
from runners.providers.simulated_jobs import ID_PREFIX, JobFolder, SimulatedJob, now
from runners.providers.simulated_lines import answer_line, read_reply, request_line
from runners.providers.tokens import estimate_tokens

_SECONDS = "BATCHDAG_SIMULATED_SECONDS"
_KEY = re.compile(r"[a-z0-9_-]{1,63}")
_LINES_AT_ONCE = 200


class Simulated:
    """Answers from the prompt and the response schema; every raw answer says ``"simulated": true``."""

    name: ClassVar[str] = "simulated"
    limits: ClassVar[Limits] = Limits(requests=50_000, bytes=200_000_000, window=timedelta(hours=24))
    finds_replies: ClassVar[bool] = False
    has_flex: ClassVar[bool] = True
    longest_call: timedelta = timedelta()
    """Asking again costs nothing, so nobody has to wait for a call that may still be answered."""

    def __init__(self, folder: Path, *, duration: timedelta = timedelta(), clock: Callable[[], datetime] = now) -> None:
        """``duration`` is how long a job takes that is submitted from now on."""
        self._jobs = JobFolder(folder)
        self._duration = duration
        self._clock = clock

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], *, storage: Path) -> Self:
        """Make the provider; its jobs take ``BATCHDAG_SIMULATED_SECONDS``, 0 if that is not set.

        Raises:
            ProviderRefused: that is not a number of seconds.
        """
        said = environment.get(_SECONDS, "").strip() or "0"
        if not re.fullmatch(r"\d{1,7}(\.\d+)?", said):
            raise ProviderRefused(f"simulated: {_SECONDS} must be a number of seconds such as 30, it is {said!r}")
        return cls(storage / cls.name, duration=timedelta(seconds=float(said)))

    def line(self, ask: Ask) -> bytes:
        """Return the ask as one line."""
        return request_line(ask)

    def read(self, line: bytes) -> Reply:
        """Read one line of an output."""
        return read_reply(line)

    def echo(self, line: bytes) -> None:
        """Return None: lines carry keys, and do not repeat requests."""

    async def stage(self, path: Path, *, key: str) -> str:
        """Copy the file into the folder, unless it is there."""
        with _told(f"stage {key}"):
            kept = await asyncio.to_thread(self._jobs.stage, path, key=_checked(key), at=self._clock())
            asked = await asyncio.to_thread(path.stat)
        if kept != asked.st_size:
            raise ProviderRefused(
                f"simulated: another file of {kept} bytes is staged under {key}, this one has {asked.st_size}; "
                f"use a new key for other content"
            )
        return key

    async def submit(self, staged: str, *, key: str, model: str) -> Job:
        """Record the job, unless it is recorded under this key already."""
        with _told(f"submit {key}"):
            return await asyncio.to_thread(self._submit, _checked(staged), _checked(key), model)

    async def find_by_key(self, key: str, *, since: datetime) -> Sequence[Job]:  # noqa: ARG002 - a key has one job
        """Return the job of this key, whenever it was created."""
        with _told(f"look for {key}"):
            found = await asyncio.to_thread(self._jobs.find, _checked(key))
        return [found.seen(self._clock())] if found else []

    async def status(self, job_id: str) -> Job:
        """Return the job as it stands."""
        return (await self._job(job_id.removeprefix(ID_PREFIX))).seen(self._clock())

    async def fetch(self, output: str) -> AsyncIterator[bytes]:
        """Make up the output, some lines at a time and away from the event loop."""
        job = await self._job(output)
        at = self._clock()
        if job.seen(at).state is JobState.RUNNING:
            raise ProviderRefused(f"simulated: job {output} is not done yet; fetch its output when it is")
        offset, left = 0, job.done(at)
        while left:
            count = min(left, _LINES_AT_ONCE)
            # Each block opens the file anew: a cancelled fetch leaves nothing open, whatever its thread is doing.
            with _told(f"fetch {output}"):
                block, offset = await asyncio.to_thread(self._answers, job.staged, offset, count)
            yield block
            left -= count

    async def cancel(self, job_id: str) -> None:
        """End a job where it is: the answers so far can be fetched."""
        job = await self._job(job_id.removeprefix(ID_PREFIX))
        at = self._clock()
        if job.seen(at).state is JobState.RUNNING:
            with _told(f"cancel {job_id}"):
                await asyncio.to_thread(self._jobs.change, job.model_copy(update={"cancelled_at": at}))

    async def sweep(self, *, prefix: str, before: datetime) -> int:
        """Delete old jobs of ours, with their input."""
        with _told(f"sweep {prefix}"):
            return await asyncio.to_thread(self._jobs.sweep, prefix=prefix, before=before)

    async def generate(self, ask: Ask, *, tier: Tier = Tier.STANDARD) -> Reply:  # noqa: ARG002 - all tiers are alike
        """Answer at once."""
        try:
            reply = read_reply(answer_line(request_line(ask)))
        except ValueError as error:
            raise ProviderRefused(f"simulated: the request {ask.key} is not valid: {error}") from error
        if reply.failure is not None:
            raise ProviderRefused(reply.failure.message)
        return reply

    async def find_reply(self, key: str, *, since: datetime) -> Reply | None:  # noqa: ARG002 - nothing is kept
        """Return None: ask again, it costs nothing."""
        return None

    async def embed(
        self, texts: Sequence[str], *, model: str, dimensions: int | None = None
    ) -> tuple[Sequence[Sequence[float]], Usage]:
        """Return made-up vectors; texts with common words are near each other."""
        vectors = await asyncio.to_thread(
            lambda: [make_vector(text, model=model, dimensions=dimensions) for text in texts]
        )
        return vectors, Usage(input_tokens=sum(map(estimate_tokens, texts)))

    async def aclose(self) -> None:
        """Nothing is open."""

    def _submit(self, staged: str, key: str, model: str) -> Job:
        requests, at = self._jobs.count(staged), self._clock()
        self._jobs.add(
            SimulatedJob(key=key, model=model, staged=staged, requests=requests, created_at=at, duration=self._duration)
        )
        recorded = self._jobs.find(key)
        assert recorded is not None, f"the job {key} has just been recorded"
        return recorded.seen(at)

    def _answers(self, staged: str, offset: int, count: int) -> tuple[bytes, int]:
        requests, end = self._jobs.lines(staged, offset=offset, count=count)
        return b"".join(map(_answer, requests)), end

    async def _job(self, key: str) -> SimulatedJob:
        with _told(f"look at {key}"):
            job = await asyncio.to_thread(self._jobs.find, _checked(key))
        if job is None:
            raise ProviderGone(f"simulated: there is no job {key}; was its folder moved, or swept?")
        return job


def _answer(request: bytes) -> bytes:
    try:
        return answer_line(request)
    except ValueError as error:
        failed = {"key": None, "simulated": True, "error": {"code": "invalid_request", "message": str(error)}}
        return json.dumps(failed).encode() + b"\n"


def _checked(key: str) -> str:
    """Return the key, which becomes the name of a file."""
    if not _KEY.fullmatch(key):
        raise ProviderRefused(f"simulated: a key must match {_KEY.pattern}, this one is {key!r}")
    return key


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Turn what the file system says into what the ledger understands."""
    try:
        yield
    except FileNotFoundError as error:
        raise ProviderRefused(f"simulated: cannot {what}: {error.filename} is not there (any more)") from error
    except OSError as error:
        raise ProviderUnsure(
            f"simulated: cannot {what}: {error}; see to the storage folder, then look again"
        ) from error
