"""Where an accepted answer goes in its item. Pure."""

from collections.abc import Mapping, Sequence

from runners.base import Column, Json
from runners.columns import ColumnTracker, with_columns
from runners.transforms.parse import expected_columns

ANSWER = "answer"
"""The field for an answer that has no fields of its own."""


class Merger:
    """Puts answers into items and remembers the columns that they make."""

    def __init__(self, *, into: str | None, keep: Sequence[str] | None, schema: Mapping[str, Json] | None) -> None:
        self._into = into or (None if _has_fields(schema) else ANSWER)
        self._keep = keep
        self._tracker = ColumnTracker()
        for column in expected_columns(schema if schema is not None else {"type": "string"}, into=self._into):
            self._tracker.expect(column)

    def merged(self, payload: Mapping[str, Json], value: Json) -> dict[str, Json]:
        """Return the item with the answer in it."""
        fields = value if self._into is None and isinstance(value, dict) else {self._into or ANSWER: value}
        kept = payload if self._keep is None else {name: payload.get(name) for name in self._keep}
        return {**kept, **fields}

    def columns(self, known: Sequence[Column]) -> tuple[Column, ...]:
        """Return the columns of the output, given those of the input."""
        kept = [column for column in known if self._keep is None or column.name in self._keep]
        return with_columns(kept, self._tracker.columns())


def _has_fields(schema: Mapping[str, Json] | None) -> bool:
    return schema is not None and (schema.get("type") == "object" or "properties" in schema)
