"""The shape of an item-wise transform. A transform knows payloads; it reads and writes nothing by itself."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from definitions.errors import did_you_mean
from runners.base import Column, InvalidStep, Json, NewItem

Payload = dict[str, Json]


class Transform(Protocol):
    """Makes new items of old ones. One object serves one attempt, its calls one after the other."""

    needs: Sequence[str]
    """The fields that every item is expected to have."""
    one_to_one: bool
    """Whether each item gives exactly one item, so that the progress has a total."""

    def made(self, payloads: Iterable[Payload]) -> Iterator[NewItem]:
        """Yield the items made of a chunk, lazily. An item that cannot be worked with is yielded whole, as failed."""
        ...

    def columns(self, known: Sequence[Column]) -> tuple[Column, ...]:
        """Return the columns of the output, given those of the input, once all items are made."""
        ...


def check_fields(needs: Sequence[str], known: Sequence[Column]) -> None:
    """Make sure that the input has the fields; an input without any columns says nothing about them.

    Raises:
        InvalidStep: names the first that is missing.
    """
    names = [column.name for column in known]
    for name in needs:
        if names and name not in names:
            hint = did_you_mean(name, names)
            raise InvalidStep(f'the items have no field "{name}"{hint}; they have: {", ".join(names)}')
