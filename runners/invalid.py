"""Says what a params model finds wrong, by place and in words of our own."""

from collections.abc import Iterator

from pydantic import ValidationError

from definitions.errors import Problem
from definitions.marks import key_path


def problems_in(error: ValidationError, *, path: str) -> Iterator[Problem]:
    """Yield a problem for each thing that pydantic has found in the value at this path."""
    for found in error.errors(include_url=False, include_context=False, include_input=False):
        place = "".join(map(key_path, found["loc"]))
        yield Problem(path + place, found["msg"].removeprefix("Value error, "))
