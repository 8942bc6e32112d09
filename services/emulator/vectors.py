"""Embeddings: unit vectors that follow from the model and the text alone. Texts with words in common lie closer."""

import base64
import hashlib
import math
import re
import sys
from array import array
from collections.abc import Sequence

WORD = re.compile(r"\w+")
MOST_WORDS = 32
"""Words beyond these do not move the vector; it bounds the work for a long text."""


def embed(text: str, *, model: str, dimensions: int) -> "array[float]":
    """Return the vector of a text: the sum of a pseudo-random direction for each of its words, at length 1."""
    words = WORD.findall(text.lower())[:MOST_WORDS] or [text]
    rows = [_direction(word, model=model, dimensions=dimensions) for word in words]
    sums = rows[0] if len(rows) == 1 else [sum(column) for column in zip(*rows, strict=True)]
    length = math.sqrt(sum(map(float.__mul__, sums, sums))) or 1.0
    return array("f", [value / length for value in sums])


def _direction(word: str, *, model: str, dimensions: int) -> list[float]:
    noise = hashlib.shake_128(f"{model}\n{word}".encode(errors="surrogatepass")).digest(2 * dimensions)
    return [value + 0.5 for value in array("h", noise)]


def as_base64(vector: "array[float]") -> str:
    """Write a vector as little-endian 32-bit floats, as OpenAI does."""
    if sys.byteorder == "big":
        vector = vector[:]
        vector.byteswap()
    return base64.b64encode(vector.tobytes()).decode()


def rounded(vector: Sequence[float]) -> list[float]:
    """Write a vector as numbers, no longer than 32-bit floats need."""
    return [round(value, 8) for value in vector]
