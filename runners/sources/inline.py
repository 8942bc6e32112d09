"""An inline list as a stream of chunks. A value that is no object becomes the field ``value`` of one."""

from collections.abc import Iterator, Sequence

from runners.base import Column, Json
from runners.columns import ColumnTracker
from runners.sources.base import Chunk
from runners.sources.jsontext import dump


class InlineList:
    """Implements ``runners.sources.base.Format``."""

    def __init__(self, values: Sequence[Json]) -> None:
        self._values = values
        self._tracker = ColumnTracker()

    def columns(self) -> tuple[Column, ...]:
        return self._tracker.columns()

    def chunks(self) -> Iterator[Chunk]:
        chunk = Chunk()
        for value in self._values:
            payload = value if isinstance(value, dict) else {"value": value}
            self._tracker.see(payload)
            chunk.add(dump(payload))
            if chunk.is_full:
                yield chunk
                chunk = Chunk()
        if not chunk.is_empty:
            yield chunk
