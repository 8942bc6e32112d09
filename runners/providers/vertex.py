"""Gemini on Vertex as a provider: its lines, its jobs, their folder in Cloud Storage, and where our key goes.

A job carries its key as display name, as label and in the folder of its input and output. An output line carries none,
but echoes the request: so the key of an ask is a label of the request. ``vertex_calls`` and ``gcs`` make the calls.
"""

import hashlib
import unicodedata
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

from runners.base import Json
from runners.providers.base import Ask, Job, JobState, Limits, Reply, Tier, Usage
from runners.providers.google import as_line, parsed, reply_of_line, request_body, with_tier
from runners.providers.google_settings import sdk_needed, settings
from runners.providers.google_status import has_output, is_over_limit, job_state, just_created
from runners.providers.patience import LONGEST_CALL, longest_call

if TYPE_CHECKING:  # a name for a type is not worth the SDKs' second
    from runners.providers.gcs import Folder, Objects
    from runners.providers.vertex_calls import VertexCalls

_LABEL = "batchdag_key"
_INPUT = "input.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Places:
    """Where jobs are made and where their files lie."""

    project: str
    location: str
    staging: str
    base_url: str | None
    storage_url: str | None
    longest_call: timedelta


class Vertex:
    """Gemini on Vertex, with input and output in Cloud Storage."""

    name: ClassVar[str] = "vertex"
    limits: ClassVar[Limits] = Limits(requests=200_000, bytes=1_000_000_000, window=timedelta(hours=72))
    finds_replies: ClassVar[bool] = False
    has_flex: ClassVar[bool] = True
    longest_call: timedelta = LONGEST_CALL

    def __init__(
        self, *, calls: "VertexCalls", objects: "Objects", folder: "Folder", longest_call: timedelta = LONGEST_CALL
    ) -> None:
        self._calls = calls
        self._objects = objects
        self._folder = folder
        self.longest_call = longest_call

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], *, storage: Path) -> Self:  # noqa: ARG003
        """Make the provider from the settings of Google Cloud and ``BATCHDAG_VERTEX_STAGING`` (gs://bucket/prefix).

        Raises:
            ProviderRefused: a setting, the credentials or an SDK is missing.
        """
        project, location, staging = settings(
            environment, "GOOGLE_CLOUD_PROJECT", "GOOGLE_CLOUD_LOCATION", "BATCHDAG_VERTEX_STAGING", provider=cls.name
        )
        places = _Places(
            project=project,
            location=location,
            staging=staging,
            base_url=environment.get("GOOGLE_VERTEX_BASE_URL") or None,
            storage_url=environment.get("STORAGE_EMULATOR_HOST") or None,
            longest_call=longest_call(environment, provider=cls.name),
        )
        with sdk_needed(cls.name):
            return cls._at(places)

    def line(self, ask: Ask) -> bytes:
        """Return ``{"request": ...}``."""
        return line(ask)

    def read(self, line: bytes) -> Reply:
        """Read ``{"request": ..., "response": ..., "status": ...}``."""
        return read(line)

    def echo(self, line: bytes) -> str | None:
        """Return a hash of the words of the request, which an output line repeats."""
        return echo(line)

    async def stage(self, path: Path, *, key: str) -> str:
        """Write the input to ``<key>/input.jsonl`` in the staging folder."""
        return await self._objects.put(path, folder=self._folder, name=f"{key}/{_INPUT}")

    async def submit(self, staged: str, *, key: str, model: str) -> Job:
        created = await self._calls.create_batch(
            model=model,
            source=staged,
            config={
                "display_name": key,
                "dest": self._folder.uri(f"{key}/output"),
                "http_options": {"extra_body": {"labels": {_LABEL: key}}},
            },
        )
        with self._calls.translated():
            # And no further call: if that one failed, this job would seem not to exist.
            return just_created(job_of(created))

    async def find_by_key(self, key: str, *, since: datetime) -> Sequence[Job]:  # noqa: ARG002
        """Ask for the jobs of this name, however old."""
        jobs = [await self._job(found) for found in await self._calls.batches(titled=key)]
        return sorted(jobs, key=lambda job: job.created_at)

    async def status(self, job_id: str) -> Job:
        return await self._job(await self._calls.batch(job_id))

    def fetch(self, output: str) -> AsyncIterator[bytes]:
        return self._objects.blocks(output)

    async def cancel(self, job_id: str) -> None:
        await self._calls.cancel_batch(job_id)

    async def sweep(self, *, prefix: str, before: datetime) -> int:
        return await self._objects.delete(folder=self._folder, prefix=prefix, suffix=f"/{_INPUT}", before=before)

    async def generate(self, ask: Ask, *, tier: Tier = Tier.STANDARD) -> Reply:
        body = with_tier(_labelled(ask), tier)
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
        await self._objects.aclose()

    @classmethod
    def _at(cls, places: _Places) -> Self:
        from runners.providers.gcs import Folder, Objects  # noqa: PLC0415  (imports an SDK)
        from runners.providers.vertex_calls import VertexCalls, find_credentials  # noqa: PLC0415  (imports an SDK)

        return cls(
            calls=VertexCalls(
                project=places.project,
                location=places.location,
                credentials=find_credentials(base_url=places.base_url),
                base_url=places.base_url,
            ),
            objects=Objects(
                project=places.project,
                credentials=find_credentials(base_url=places.storage_url),
                endpoint=places.storage_url,
            ),
            folder=Folder.of(places.staging),
            longest_call=places.longest_call,
        )

    async def _job(self, batch: Mapping[str, Json]) -> Job:
        with self._calls.translated():
            job = job_of(batch)
        if job.state is JobState.RUNNING:
            return job
        # Vertex makes a folder for each job below the one of its key, and usually says which.
        made = (batch.get("outputInfo") or {}).get("gcsOutputDirectory") or self._folder.uri(f"{job.key}/output")
        outputs = await self._objects.names(below=made, suffix=".jsonl")
        return replace(job, outputs=outputs, awaits_output=not outputs and has_output(job.state, done=job.done))


def line(ask: Ask) -> bytes:
    """Return the ask as one line of a job's input."""
    return as_line({"request": _labelled(ask)})


def read(line: bytes) -> Reply:
    """Read one line of a job's output; its key is that of the request which it echoes.

    Raises:
        ValueError: the line is cut off, or none of this API's.
    """
    found = parsed(line)
    return reply_of_line(found, key=_echoed_key(found.get("request")))


def echo(line: bytes) -> str | None:
    """Return a hash of the request in a line; of its words only, for the API may write all else in its own way.

    Raises:
        ValueError: the line is cut off, or none of this API's.
    """
    words = _words(parsed(line).get("request"))
    return hashlib.sha256("\0".join(words).encode("utf-8", "surrogatepass")).hexdigest() if words else None


def job_of(batch: Mapping[str, Json]) -> Job:
    """Read a batch job, all but its outputs: those are what is found in its folder."""
    stats, error = batch.get("completionStats") or {}, batch.get("error") or {}
    done = max(0, int(stats.get("successfulCount", 0)))
    state = job_state(batch["state"], job=batch["name"], done=done)
    return Job(
        id=batch["name"],
        key=batch.get("displayName"),
        state=state,
        created_at=datetime.fromisoformat(batch["createTime"]),
        status=batch["state"],
        raw=batch,
        done=done,
        failed=max(0, int(stats.get("failedCount", 0))),
        error=error.get("message"),
        is_over_limit=state is JobState.FAILED and is_over_limit(error),
    )


def _echoed_key(request: Json) -> str | None:
    labels = request.get("labels") if isinstance(request, dict) else None
    return labels.get(_LABEL) if isinstance(labels, dict) else None


def _words(request: Json) -> list[str]:
    """Return the texts of a request, those of the system first, in one normal form of Unicode."""
    if not isinstance(request, dict):
        return []
    contents = [request.get("systemInstruction"), *_listed(request.get("contents"))]
    parts = [part for content in contents if isinstance(content, dict) for part in _listed(content.get("parts"))]
    texts = [part.get("text") for part in parts if isinstance(part, dict)]
    return [unicodedata.normalize("NFC", text).strip() for text in texts if isinstance(text, str)]


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _labelled(ask: Ask) -> dict[str, Json]:
    body = request_body(ask)
    return {**body, "labels": {**body.get("labels", {}), _LABEL: ask.key}}
