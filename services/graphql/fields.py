"""The decorator of fields that are computed: as Strawberry's, which hides the type of what it decorates."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import strawberry

Resolver = TypeVar("Resolver", bound=Callable[..., Any])


def described(text: str) -> Callable[[Resolver], Resolver]:
    """Make a field of a method; clients read this description of it."""
    return cast("Callable[[Resolver], Resolver]", strawberry.field(description=text))
