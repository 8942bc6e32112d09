"""Gemini's developer API as a provider: its lines, its jobs, and where our key goes.

A job carries its key as display name, a file as its name. Knows nothing of HTTP: ``gemini_calls`` makes the calls.
"""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

from runners.base import Json
from runners.providers.base import Ask, Job, JobState, Limits, ProviderRefused, Reply, Tier, Usage
from runners.providers.google import as_line, parsed, reply_of_line, request_body, with_tier
from runners.providers.google_settings import is_stand_in, sdk_needed, setting
from runners.providers.google_status import has_output, is_over_limit, job_state, just_created
from runners.providers.patience import LONGEST_CALL, longest_call

if TYPE_CHECKING:  # a name for a type is not worth the SDK's 0.7 s
    from google.genai import types

    from runners.providers.gemini_calls import GeminiCalls

_FILE_ID = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")
_PAGE = 100
_CLOCK_DOUBT = timedelta(minutes=10)
"""How far Google's clock and ours may differ."""


class Gemini:
    """The Gemini developer API."""

    name: ClassVar[str] = "gemini"
    # The API states no number of requests; this one keeps a job of a size that is quickly read and bought again.
    limits: ClassVar[Limits] = Limits(requests=200_000, bytes=2_000_000_000, window=timedelta(hours=24))
    finds_replies: ClassVar[bool] = False
    has_flex: ClassVar[bool] = True
    longest_call: timedelta = LONGEST_CALL

    def __init__(self, calls: "GeminiCalls", *, longest_call: timedelta = LONGEST_CALL) -> None:
        self._calls = calls
        self.longest_call = longest_call

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], *, storage: Path) -> Self:  # noqa: ARG003
        """Make the provider from ``GEMINI_API_KEY`` or ``GOOGLE_API_KEY`` and, if set, ``GOOGLE_GEMINI_BASE_URL``.

        Raises:
            ProviderRefused: there is no key, a setting is wrong, or the SDK is not installed.
        """
        base_url = environment.get("GOOGLE_GEMINI_BASE_URL") or None
        fallback = "anonymous" if is_stand_in(base_url) else None
        api_key = setting(environment, "GEMINI_API_KEY", "GOOGLE_API_KEY", provider=cls.name, default=fallback)
        with sdk_needed(cls.name):
            from runners.providers.gemini_calls import GeminiCalls  # noqa: PLC0415  (imports the SDK)
        longest = longest_call(environment, provider=cls.name)
        return cls(GeminiCalls(api_key=api_key, base_url=base_url), longest_call=longest)

    def line(self, ask: Ask) -> bytes:
        """Return ``{"key": ..., "request": ...}``."""
        return line(ask)

    def read(self, line: bytes) -> Reply:
        """Read ``{"key": ..., "response": ...}``, or an error in its place."""
        return read(line)

    def echo(self, line: bytes) -> None:
        """Return None: output lines do not repeat requests."""

    async def stage(self, path: Path, *, key: str) -> str:
        """Upload the input as ``files/<key>``; the API keeps it for 48 hours."""
        name = file_name(key)
        known = await self._calls.find_file(name)
        if known is None:
            return await self._calls.upload(path, name=name, title=key)
        _check_same(known, size=(await asyncio.to_thread(path.stat)).st_size, key=key)
        return known.name or name

    async def submit(self, staged: str, *, key: str, model: str) -> Job:
        created = await self._calls.create_batch(model=model, source=staged, config={"display_name": key})
        # As the SDK reads it; brought back into the form that all other answers about jobs have.
        return just_created(self._job({"name": created.get("name"), "metadata": created}))

    async def find_by_key(self, key: str, *, since: datetime) -> Sequence[Job]:
        """Page through the jobs, the newest first, until a whole page is older."""
        found: list[Job] = []
        async for page in self._pages():
            found += [job for job in page if job.key == key]
            if page and all(job.created_at < since - _CLOCK_DOUBT for job in page):
                break
        return sorted(found, key=lambda job: job.created_at)

    async def status(self, job_id: str) -> Job:
        return self._job(await self._calls.get(job_id))

    def fetch(self, output: str) -> AsyncIterator[bytes]:
        return self._calls.blocks(output)

    async def cancel(self, job_id: str) -> None:
        await self._calls.cancel_batch(job_id)

    async def sweep(self, *, prefix: str, before: datetime) -> int:
        names = await self._calls.files(titled=prefix, before=before)
        return sum([await self._calls.delete_file(name) for name in names])

    async def generate(self, ask: Ask, *, tier: Tier = Tier.STANDARD) -> Reply:
        body = with_tier(request_body(ask), tier)
        return await self._calls.generate(body, model=ask.model, key=ask.key, longest=self.longest_call)

    async def find_reply(self, key: str, *, since: datetime) -> Reply | None:  # noqa: ARG002
        """Return None: Google keeps no answers to live calls."""
        return None

    async def embed(
        self, texts: Sequence[str], *, model: str, dimensions: int | None = None
    ) -> tuple[Sequence[Sequence[float]], Usage]:
        return await self._calls.embed(texts, model=model, dimensions=dimensions)

    async def aclose(self) -> None:
        await self._calls.aclose()

    async def _pages(self) -> AsyncIterator[list[Job]]:
        params: dict[str, str | int] = {"pageSize": _PAGE}
        while True:
            page = await self._calls.get("batches", params=params)
            yield [self._job(operation) for operation in page.get("operations") or ()]
            if not page.get("nextPageToken"):
                return
            params["pageToken"] = page["nextPageToken"]

    def _job(self, operation: Mapping[str, Json]) -> Job:
        with self._calls.translated():
            return job_of(operation)


def line(ask: Ask) -> bytes:
    """Return the ask as one line of a job's input."""
    return as_line({"key": ask.key, "request": request_body(ask)})


def read(line: bytes) -> Reply:
    """Read one line of a job's output.

    Raises:
        ValueError: the line is cut off, or none of this API's.
    """
    found = parsed(line)
    return reply_of_line(found, key=found.get("key"))


def file_name(key: str) -> str:
    """Return the name of the file for a key: at most 40 letters, digits and inner dashes, so some keys are hashed."""
    fits = _FILE_ID.fullmatch(key)
    return f"files/{key if fits else hashlib.sha256(key.encode()).hexdigest()[:40]}"


def job_of(operation: Mapping[str, Json]) -> Job:
    """Read a batch job, which this API shows as a long-running operation."""
    metadata, stats = operation["metadata"], operation["metadata"].get("batchStats") or {}
    done = int(stats.get("successfulRequestCount", 0))
    error = operation.get("error") or metadata.get("error") or {}
    state = job_state(metadata["state"], job=operation["name"], done=done)
    outputs = _outputs(operation) if state is not JobState.RUNNING else ()
    return Job(
        id=operation["name"],
        key=metadata.get("displayName"),
        state=state,
        created_at=datetime.fromisoformat(metadata["createTime"]),
        status=metadata["state"],
        raw=operation,
        outputs=outputs,
        done=done,
        failed=int(stats.get("failedRequestCount", 0)),
        error=error.get("message"),
        is_over_limit=state is JobState.FAILED and is_over_limit(error),
        awaits_output=not outputs and has_output(state, done=done),
    )


def _outputs(operation: Mapping[str, Json]) -> tuple[str, ...]:
    for place in (operation["metadata"].get("output"), operation.get("response")):
        if place and place.get("responsesFile"):
            return (place["responsesFile"],)
    return ()


def _check_same(file: "types.File", *, size: int, key: str) -> None:
    if file.size_bytes not in (None, size):
        raise ProviderRefused(
            f"gemini has a file {file.name} of {file.size_bytes} bytes for the key {key}, and this input has {size}:"
            " the key was used for something else. Delete that file, or stage under a new key"
        )
