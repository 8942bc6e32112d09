"""The writer of a step's items: chunks by COPY, each committed together with the progress and fenced by the attempt."""

from collections.abc import Iterable, Sequence

from engine.database import Connection, Database
from engine.handed import Fence, StepHandle, save_progress
from runners.base import NewItem
from runners.storable import safe_text, to_json

_COPY = "copy batch_item (step_id, seq, state, payload, error) from stdin"
_LIMIT = 10_000
_NULL = "\\N"


class ItemOutput:
    """Implements ``runners.base.Output`` for one attempt."""

    def __init__(self, database: Database, fence: Fence, handle: StepHandle) -> None:
        self._database = database
        self._fence = fence
        self._handle = handle
        self._written = 0
        self._failed = 0

    @property
    def written(self) -> int:
        return self._written

    @property
    def failed(self) -> int:
        return self._failed

    async def start_over(self) -> None:
        async with self._handle.transaction() as connection:
            await connection.execute("delete from batch_item where step_id = %s", (self._fence.step_id,))
        self._written = self._failed = 0

    async def write(self, items: Sequence[NewItem], *, total: int | None = None) -> None:
        await self._save([(_state(item), to_json(item.payload), _error(item)) for item in items], total)

    async def write_json(self, payloads: Sequence[str], *, total: int | None = None) -> None:
        await self._save([("succeeded", payload, None) for payload in payloads], total)

    async def _save(self, rows: Sequence[tuple[str, str, str | None]], total: int | None) -> None:
        failed = sum(1 for row in rows if row[0] == "failed")
        async with self._database.transaction() as connection:
            await self._copy(connection, rows)
            done = self._written + len(rows) - failed
            await save_progress(connection, self._fence, done=done, failed=self._failed + failed, total=total)
        self._written = done
        self._failed += failed

    async def _copy(self, connection: Connection, rows: Iterable[tuple[str, str, str | None]]) -> None:
        first = self._written + self._failed
        step = self._fence.step_id
        lines = [
            f"{step}\t{seq}\t{state}\t{_escaped(payload)}\t{_NULL if error is None else _escaped(error)}\n"
            for seq, (state, payload, error) in enumerate(rows, first)
        ]
        async with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
            await copy.write("".join(lines))


def _escaped(text: str) -> str:
    """Return a value as COPY's text format wants it; one block for each chunk costs half of a call for each row."""
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    if "\n" in text or "\r" in text or "\t" in text:
        text = text.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    return text


def _state(item: NewItem) -> str:
    return "succeeded" if item.error is None else "failed"


def _error(item: NewItem) -> str | None:
    return None if item.error is None else safe_text(item.error)[:_LIMIT]
