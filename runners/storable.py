"""Makes values safe for PostgreSQL's jsonb and text, on every write. Changes only what they cannot hold."""

import json
import math
import re
from typing import Any

from runners.base import Json

_UNSAFE = re.compile("[\x00\ud800-\udfff]")
_encoded = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def to_json(value: Json) -> str:
    """Serialise for jsonb. What jsonb cannot hold (NUL, lone surrogates, NaN) is replaced; nothing else changes."""
    try:
        text = _encoded(value)
    except ValueError:
        return _encoded(_safe(value))
    if "\\u0000" in text or not _encodes(text):
        return _encoded(_safe(value))
    return text


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _safe(value: Any) -> Any:
    match value:
        case str():
            return safe_text(value)
        case float() if not math.isfinite(value):
            return None
        case dict():
            return {safe_text(str(key)): _safe(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_safe(inner) for inner in value]
        case _:
            return value


def safe_text(text: str) -> str:
    """Replace what PostgreSQL's text cannot hold: NUL and lone surrogates become U+FFFD."""
    return _UNSAFE.sub("\ufffd", text)
