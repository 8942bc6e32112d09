"""Reads a part of a list, and says where the next part begins: one row more than is shown tells that there is one."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeVar

from engine.rows import Row
from services.http.marks import mark
from services.http.shapes.common import Page, Shape

S = TypeVar("S", bound=Shape)
R_co = TypeVar("R_co", covariant=True)
R = TypeVar("R")


class Read(Protocol[R_co]):
    """What reads the first rows of the rest of a list."""

    def __call__(self, *, limit: int) -> Awaitable[Sequence[R_co]]: ...


async def read_page(read: Read[Row], shape: type[S], *, limit: int, key: Callable[[Row], str]) -> Page[S]:
    """Return the first rows of a list as a page; ``key`` says where a row stands in the list."""
    rows, following = await read_some(read, limit=limit, key=key)
    return Page(data=[shape.model_validate(row) for row in rows], next=following)


async def read_some(read: Read[R], *, limit: int, key: Callable[[R], str]) -> tuple[Sequence[R], str | None]:
    """Return the first rows of a list, and the key of the last if others follow it."""
    rows = await read(limit=limit + 1)
    shown = rows[:limit]
    return shown, key(shown[-1]) if len(rows) > limit else None


def by(*columns: str) -> Callable[[Row], str]:
    """Return what makes the key of a row from these columns."""
    return lambda row: mark(*(row[column] for column in columns))
