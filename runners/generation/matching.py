"""Says which request of a job a line of its output is for: by our key in it, and by the request that it repeats.

Decides what is refused: a line that repeats another request than the one whose key it carries. Knows no items.
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from runners.generation.asks import each_ask, prompts_of
from runners.generation.desk import Desk
from runners.generation.rows import JobRow
from runners.providers.base import Provider, Reply

log = logging.getLogger("batchdag")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that could be read."""

    reply: Reply
    ordinal: int | None
    """By its key; None: it carries none of ours."""
    echo: str | None


class Matcher:
    """Matches the output of one job, chunk by chunk."""

    def __init__(self, desk: Desk, job: JobRow, provider: Provider) -> None:
        self._desk = desk
        self._job = job
        self._provider = provider
        self._by_echo: Mapping[str, int | None] | None = None
        self.refused = 0
        """Answers that were refused, though they were paid for: nobody knows whose they are."""

    async def match(self, lines: Sequence[bytes]) -> dict[int, Reply]:
        """Return the replies in these lines, by request."""
        read = await asyncio.to_thread(self._read, lines)
        wanted = await self._wanted(read)
        replies: dict[int, Reply] = {}
        for line in read:
            ordinal = await self._ordinal(line, wanted)
            # A doubled line: the first answer counts, and an answer counts more than a failure.
            if ordinal is not None and (ordinal not in replies or replies[ordinal].failure is not None):
                replies[ordinal] = line.reply
        return replies

    def _read(self, lines: Sequence[bytes]) -> list[_Line]:
        read = []
        for line in lines:
            try:
                reply, echo = self._provider.read(line), self._provider.echo(line)
            except ValueError as error:
                log.warning("ledger.line_unreadable", extra={"provider_batch": self._job.id, "error": str(error)})
                continue
            read.append(_Line(reply, self._job.ordinal(reply.key), echo))
        return read

    async def _wanted(self, read: Sequence[_Line]) -> Mapping[int, str | None]:
        """Return what lines must repeat that carry a key and repeat something, by request."""
        keyed = sorted({line.ordinal for line in read if line.ordinal is not None and line.echo is not None})
        if not keyed:
            return {}
        async with self._desk.transact() as connection:
            prompts = await prompts_of(connection, self._job.id, keyed)
        return dict(await asyncio.to_thread(self._echoes_of, prompts.items()))

    async def _ordinal(self, line: _Line, wanted: Mapping[int, str | None]) -> int | None:
        if line.ordinal is None:
            return await self._by_words(line)
        if line.echo is not None and line.echo != wanted.get(line.ordinal):
            self._refuse(line, "it repeats another request than the one whose key it carries")
            return None
        return line.ordinal

    async def _by_words(self, line: _Line) -> int | None:
        """Return whose line it is that carries no key: of the only request that has the words which it repeats."""
        if line.echo is not None and self._by_echo is None:
            self._by_echo = await self._echoes()
        ordinal = (self._by_echo or {}).get(line.echo or "")
        if ordinal is None:
            self._refuse(
                line, "it has no key of this job, and repeats no request of it that is the only one of its kind"
            )
        return ordinal

    def _refuse(self, line: _Line, why: str) -> None:
        log.error("ledger.line_refused", extra={"provider_batch": self._job.id, "key": line.reply.key, "why": why})
        self.refused += line.reply.failure is None

    async def _echoes(self) -> dict[str, int | None]:
        """Return each request of the job by what a line of it repeats; None where several have the same words."""
        found: dict[str, int | None] = {}
        async for asks in each_ask(self._desk.transact, self._job.id):
            for ordinal, echo in await asyncio.to_thread(self._echoes_of, asks):
                if echo is not None:
                    found[echo] = None if echo in found else ordinal
        return found

    def _echoes_of(self, asks: Iterable[tuple[int, str]]) -> list[tuple[int, str | None]]:
        return [(ordinal, self._echo_of(ordinal, prompt)) for ordinal, prompt in asks]

    def _echo_of(self, ordinal: int, prompt: str) -> str | None:
        return self._provider.echo(self._provider.line(self._job.frame.ask(prompt, key=self._job.key(ordinal))))
