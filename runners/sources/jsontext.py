"""JSON text that jsonb can hold. Decides what becomes of NUL, lone surrogates, NaN and numbers beyond all bounds.

NUL and lone surrogates become U+FFFD, as everywhere in the engine. Numbers keep the digits they were written with.
"""

import json
import math
import re
from collections.abc import Iterable
from json.encoder import encode_basestring as quote
from typing import Any, NoReturn

from runners.base import Json

__all__ = ["dump", "jsonb_text", "parse", "quote", "row_template"]

_LONGEST_NUMBER = 1_000
_ESCAPE = re.compile(
    r"\\(?:(?P<kept>u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"  # a pair of surrogates
    r"|(?P<lost>u0000|u[dD][89a-fA-F][0-9a-fA-F]{2})"
    r"|.)",
    re.DOTALL,
)
_SURROGATE = re.compile("[\ud800-\udfff]")


def parse(text: str) -> Json:
    """Parse one JSON value.

    Raises:
        ValueError: it is no JSON, or holds what jsonb cannot; the message says what and where.
    """
    try:
        return _DECODER.decode(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _real(text: str) -> float:
    value = float(text)
    if not math.isfinite(value) or len(text) > _LONGEST_NUMBER or (value == 0.0 and re.search("[1-9].*[eE]", text)):
        raise ValueError(f"the number {text[:40]} is out of range")
    return value


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_real)


def jsonb_text(text: str) -> str:
    """Return valid JSON text with the escapes replaced that jsonb refuses."""
    if "\\u" not in text:
        return text
    return _ESCAPE.sub(_mended, text)


def _mended(match: re.Match[str]) -> str:
    return "\ufffd" if match["lost"] else match[0]


def dump(value: Any) -> str:
    """Serialise a value; NaN and infinity become null, what JSON has no notation for becomes its text."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=str)
    except ValueError:
        text = json.dumps(_finite(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=str)
    return _SURROGATE.sub("\ufffd", jsonb_text(text))


def _finite(value: Any) -> Any:
    match value:
        case float() if not math.isfinite(value):
            return None
        case dict():
            return {key: _finite(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_finite(inner) for inner in value]
        case _:
            return value


def row_template(names: Iterable[str]) -> str:
    """Return the ``%`` template of an object with these fields: filling in a row is cheaper than serialising a dict."""
    fields = ",".join(f"{jsonb_text(quote(name))}:".replace("%", "%%") + "%s" for name in names)
    return "{" + fields + "}"
