"""Says what a params model finds wrong, by place and in words of our own."""

import re
from collections.abc import Iterator

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from definitions.errors import Problem, did_you_mean
from definitions.marks import key_path


def problems_in(error: ValidationError, *, path: str) -> Iterator[Problem]:
    """Yield a problem for each thing that pydantic has found in the value at this path."""
    for found in error.errors(include_url=False):
        place = "".join(map(key_path, found["loc"]))
        yield Problem(path + place, _said(found))


def _said(found: ErrorDetails) -> str:
    """Return pydantic's words, but for a choice: it does not say which of the known words may be meant."""
    if found["type"] != "literal_error" or not isinstance(word := found["input"], str):
        return found["msg"].removeprefix("Value error, ")
    known = re.findall(r"'([^']*)'", str(found["ctx"]["expected"]))
    listed = ", ".join(f'"{name}"' for name in known)
    return f'must be one of {listed}, not "{word[:60]}"{did_you_mean(word.lower(), known)}'
