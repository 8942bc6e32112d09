"""Pages of a list, and what is not in it yet."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from services.emulator.errors import ApiError

T = TypeVar("T")


def page_after(
    items: Sequence[T], after: str | None, *, size: int, identify: Callable[[T], str]
) -> tuple[Sequence[T], bool]:
    """Return the items that follow the one with this id, and whether there are more.

    Raises:
        ApiError: no item has the id.
    """
    start = 0 if after is None else _place(items, after, identify=identify) + 1
    return items[start : start + size], start + size < len(items)


def _place(items: Sequence[T], wanted: str, *, identify: Callable[[T], str]) -> int:
    for place, item in enumerate(items):
        if identify(item) == wanted:
            return place
    raise ApiError(400, f"there is nothing with the id {wanted!r} to go on after")
