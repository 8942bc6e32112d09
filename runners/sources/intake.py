"""How much of a source is let in: the caps of the operator, the limit of the analyst, the broken entries tolerated.

Knows chunks, not where they come from or go to.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import aclosing

from definitions.models import Tolerate
from runners.base import BadData, Column, RunnerSettings
from runners.sources.base import Chunk
from runners.tolerance import nothing_good

MAX_COLUMNS = 1_000
_LONGEST_NAME = 63


class Intake:
    """Lets chunks in and counts them."""

    def __init__(self, settings: RunnerSettings, *, limit: int | None, tolerate: Tolerate | None) -> None:
        self._settings = settings
        self._limit = limit
        self._tolerate = tolerate
        self._first_broken: str | None = None
        self._good = 0
        self._broken = 0
        self._bytes = 0

    @property
    def read(self) -> int:
        """Entries so far, good and broken."""
        return self._good + self._broken

    async def admit(self, chunks: AsyncGenerator[Chunk, None]) -> AsyncIterator[Chunk]:
        """Yield the chunks that are let in.

        Raises:
            BadData: there is more than the caps allow, more is broken than tolerated, or all of it is broken.
        """
        async with aclosing(chunks):
            async for chunk in chunks:
                self._count(chunk)
                yield chunk
                if self._good == self._limit:
                    break
        if self._tolerate is not None and self._broken > self._tolerated(self._tolerate):
            raise self._too_many_broken()
        if self._tolerate is None and self._broken and not self._good:
            raise nothing_good(self._broken, what="entries of the source", first=self._first_broken)

    def _count(self, chunk: Chunk) -> None:
        if self._limit is not None:
            del chunk.good[self._limit - self._good :]
        self._good += len(chunk.good)
        self._broken += len(chunk.broken)
        self._bytes += len("".join(chunk.good).encode("utf-8", "surrogatepass"))
        if chunk.broken and self._first_broken is None:
            self._first_broken = chunk.broken[0].error
        self._check_caps()
        if self._tolerate is not None and self._tolerate.percent == 0 and self._broken > self._tolerate.count:
            raise self._too_many_broken()

    def _check_caps(self) -> None:
        for what, have, cap in (
            ("rows", self.read, self._settings.max_rows),
            ("bytes", self._bytes, self._settings.max_bytes),
        ):
            if have > cap:
                raise BadData(
                    f"the source has more than the {cap:,} {what} that one step may read; narrow it (`limit`, or a "
                    f"condition in the SQL), or let an operator raise BATCHDAG_MAX_{what.upper()}"
                )

    def _tolerated(self, tolerate: Tolerate) -> float:
        return max(tolerate.count, self.read * tolerate.percent / 100)

    def _too_many_broken(self) -> BadData:
        return BadData(
            f"{self._broken:,} of {self.read:,} entries are broken, more than tolerated; "
            f"the first: {self._first_broken}"
        )


def sql_columns(columns: Iterable[Column]) -> tuple[Column, ...]:
    """Return the columns that later steps' SQL can name; the other fields are in the payloads only.

    Raises:
        BadData: there are more fields than a relation can have.
    """
    named = tuple(column for column in columns if _is_name(column.name))
    if len(named) > MAX_COLUMNS:
        raise BadData(
            f"the objects have {len(named):,} different fields, and SQL can address {MAX_COLUMNS:,}; "
            "put fields that are data (ids, dates) one level down, into one object"
        )
    return named


def _is_name(name: str) -> bool:
    """PostgreSQL cuts longer names off, and would then find no such field."""
    encoded = name.encode("utf-8", "surrogatepass")
    return 0 < len(encoded) <= _LONGEST_NAME and "\0" not in name and not any("\ud800" <= c <= "\udfff" for c in name)
