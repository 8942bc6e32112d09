"""What OpenAI's two answering APIs share: files, batch jobs, live calls and embeddings, each call made once.

Transports only. How asks are written and answers read comes in as a ``Dialect``; nothing here keeps state or retries.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal, Self

from runners.base import Json
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
from runners.providers.openai_asks import INTENT, job_line, live_body
from runners.providers.openai_client import connected, patience
from runners.providers.openai_errors import failed, translated
from runners.providers.openai_jobs import job
from runners.providers.openai_replies import Reader, line_reply
from runners.providers.patience import LONGEST_CALL, at_most, longest_call

if TYPE_CHECKING:
    from openai import AsyncOpenAI
    from openai.types import CreateEmbeddingResponse, FileObject

Endpoint = Literal["/v1/chat/completions", "/v1/responses"]

SLACK = timedelta(minutes=10)
"""How far the provider's clock may be behind ours: look-ups go back this much before the intent."""

_UPLOAD_SECONDS = 600.0
_BLOCK = 1 << 20
_MAX_TEXTS = 2048
_PAGE = 100
_FILES_PAGE = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How one of the two APIs is written and read."""

    endpoint: Endpoint
    body: Callable[[Ask], dict[str, Json]]
    reader: Reader


class OpenAIApi:
    """A provider but for its name, its dialect and whether lost replies can be found."""

    limits: ClassVar[Limits] = Limits(requests=50_000, bytes=200_000_000, window=timedelta(hours=24))
    has_flex: ClassVar[bool] = True
    dialect: ClassVar[Dialect]
    longest_call: timedelta = LONGEST_CALL

    def __init__(self, client: "AsyncOpenAI", *, longest_call: timedelta = LONGEST_CALL) -> None:
        self._client = client
        self.longest_call = longest_call

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], *, storage: Path) -> Self:  # noqa: ARG003
        """Connect with OPENAI_API_KEY, to OPENAI_BASE_URL if that is set. ``storage`` is not used: OpenAI keeps files.

        Raises:
            ProviderRefused: there is no key, a setting is wrong, or the package is not installed.
        """
        return cls(connected(environment), longest_call=longest_call(environment, provider="openai"))

    def line(self, ask: Ask) -> bytes:
        return job_line(ask.key, url=self.dialect.endpoint, body=self.dialect.body(ask))

    def read(self, line: bytes) -> Reply:
        return line_reply(line, self.dialect.reader)

    def echo(self, line: bytes) -> None:
        """Return None: output lines do not repeat requests."""

    async def stage(self, path: Path, *, key: str) -> str:
        size = (await asyncio.to_thread(path.stat)).st_size
        return await self._staged(key, size=size) or await self._upload(path, key)

    async def submit(self, staged: str, *, key: str, model: str) -> Job:
        with translated(f"create the job {key}"):
            response = await self._client.batches.with_raw_response.create(
                input_file_id=staged,
                endpoint=self.dialect.endpoint,
                completion_window="24h",
                metadata={INTENT: key, "model": model},
            )
            return job(response.http_response.json())

    async def find_by_key(self, key: str, *, since: datetime) -> Sequence[Job]:
        found: list[Job] = []
        with translated(f"list jobs to find {key}"):
            async for batch in self._client.batches.list(limit=_PAGE):
                if datetime.fromtimestamp(batch.created_at, UTC) < since - SLACK:
                    break
                if (batch.metadata or {}).get(INTENT) == key:
                    found.append(job(batch.to_dict(mode="json")))
        found.reverse()  # listed newest first, and in whole seconds: two of one second must not change places
        return sorted(found, key=lambda each: each.created_at)

    async def status(self, job_id: str) -> Job:
        with translated(f"look at the job {job_id}"):
            response = await self._client.batches.with_raw_response.retrieve(job_id)
            return job(response.http_response.json())

    async def fetch(self, output: str) -> AsyncIterator[bytes]:
        with translated(f"download the file {output}"):
            async with self._client.files.with_streaming_response.content(output) as response:
                async for block in response.iter_bytes(_BLOCK):
                    yield block

    async def cancel(self, job_id: str) -> None:
        try:
            with translated(f"cancel the job {job_id}"):
                await self._client.batches.cancel(job_id)
        except (ProviderRefused, ProviderUnsure):
            # A job that has ended, or is about to, cannot be cancelled, and says so with an error like any other.
            found = await self.status(job_id)
            if found.state is JobState.RUNNING and found.status != "cancelling":
                raise

    async def sweep(self, *, prefix: str, before: datetime) -> int:
        with translated(f"list the files of {prefix}"):
            old = [
                file.id
                async for file in self._files()
                if file.filename.startswith(prefix) and datetime.fromtimestamp(file.created_at, UTC) < before
            ]
        return sum([await self._delete(file_id) for file_id in old])

    async def generate(self, ask: Ask, *, tier: Tier = Tier.STANDARD) -> Reply:
        body = live_body(self.dialect.body(ask), key=ask.key, tier=tier)
        with translated(f"answer {ask.key}"):
            async with at_most(self.longest_call):
                answer = await self._client.post(
                    self.dialect.endpoint.removeprefix("/v1"),
                    cast_to=object,
                    body=body,
                    options={"timeout": patience(self.longest_call.total_seconds())},
                )
            reply = self.dialect.reader(answer, key=ask.key)
        if reply.failure is not None:
            raise failed(reply.failure, key=ask.key)
        return reply

    async def embed(
        self, texts: Sequence[str], *, model: str, dimensions: int | None = None
    ) -> tuple[Sequence[Sequence[float]], Usage]:
        if len(texts) > _MAX_TEXTS:
            raise ProviderRefused(f"openai: {len(texts)} texts in one call; send at most {_MAX_TEXTS} at once")
        if not texts:
            return [], Usage()
        with translated(f"embed {len(texts)} texts"):
            answer = await self._client.embeddings.create(
                model=model, input=list(texts), extra_body={} if dimensions is None else {"dimensions": dimensions}
            )
        return in_order(answer, expected=len(texts)), Usage(input_tokens=answer.usage.prompt_tokens)

    async def aclose(self) -> None:
        await self._client.close()

    async def _staged(self, key: str, *, size: int) -> str | None:
        with translated(f"look for the input file of {key}"):
            async for file in self._files():
                if (file.filename, file.bytes) == (_file_name(key), size) and file.status != "error":
                    return file.id
        return None

    async def _upload(self, path: Path, key: str) -> str:
        with translated(f"upload the input file of {key}"), await asyncio.to_thread(path.open, "rb") as content:
            file = await self._client.files.create(
                file=(_file_name(key), content, "application/jsonl"), purpose="batch", timeout=patience(_UPLOAD_SECONDS)
            )
            return file.id

    async def _files(self) -> "AsyncIterator[FileObject]":
        async for file in self._client.files.list(purpose="batch", order="desc", limit=_FILES_PAGE):
            yield file

    async def _delete(self, file_id: str) -> bool:
        try:
            with translated(f"delete the file {file_id}"):
                await self._client.files.delete(file_id)
        except ProviderGone:
            return False  # another sweep was faster
        return True


def in_order(answer: "CreateEmbeddingResponse", *, expected: int) -> list[list[float]]:
    """Return the vectors in the order of their texts.

    Raises:
        ProviderUnsure: one is missing, or there is one too many.
    """
    ordered = sorted(answer.data, key=lambda each: each.index)
    if [each.index for each in ordered] != list(range(expected)):
        raise ProviderUnsure(f"openai: {expected} texts went in and {len(ordered)} vectors came back; ask again")
    return [each.embedding for each in ordered]


def _file_name(key: str) -> str:
    return f"{key}.jsonl"
