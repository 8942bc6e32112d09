"""Bytes as lines of text. Decides how a byte order mark, a foreign encoding and bytes that are no text are met."""

import codecs
from io import TextIOWrapper
from typing import BinaryIO, Literal

from runners.base import InvalidStep

NOT_TEXT = "it has bytes that are no text in this encoding; set `encoding`"


def open_text(file: BinaryIO, *, encoding: str, newline: Literal["", "\n"]) -> TextIOWrapper:
    """Return the file as text; undecodable bytes become surrogates, which ``is_spoiled`` finds line by line."""
    try:
        name = "utf-8-sig" if codecs.lookup(encoding).name == "utf-8" else encoding
        return TextIOWrapper(file, encoding=name, errors="surrogateescape", newline=newline)
    except LookupError:
        raise InvalidStep(f"encoding: Python knows no text encoding {encoding!r}; try utf-8 or cp1252") from None


def is_spoiled(text: str) -> bool:
    """Say whether some of the text was not decodable."""
    if text.isascii():
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
