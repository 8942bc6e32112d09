"""Makes one item of each element of a list. An item whose field is no list is failed."""

import json
from collections.abc import Iterable, Iterator, Sequence

from runners.base import Column, NewItem
from runners.columns import ColumnTracker, with_columns
from runners.transforms.base import Payload


class ExplodeField:
    """Gives each element the other fields of its item; the list itself is not repeated. An empty list gives no item."""

    one_to_one = False

    def __init__(self, field: str, *, name: str) -> None:
        self.needs: Sequence[str] = (field,)
        self._field = field
        self._name = name
        self._tracker = ColumnTracker()

    def made(self, payloads: Iterable[Payload]) -> Iterator[NewItem]:
        for payload in payloads:
            elements = payload.get(self._field)
            if not isinstance(elements, list):
                yield NewItem(payload, error=f"{self._field}: not a list but {json.dumps(elements)[:200]}")
                continue
            rest = {name: value for name, value in payload.items() if name != self._field}
            for element in elements:
                new = {self._name: element}
                self._tracker.see(new)
                yield NewItem(rest | new)

    def columns(self, known: Sequence[Column]) -> tuple[Column, ...]:
        rest = [column for column in known if column.name != self._field]
        return with_columns(rest, self._tracker.columns() or (Column(self._name, "text"),))
