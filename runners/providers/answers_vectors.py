"""Embeddings made up without a model: texts that share words, or pieces of words, lie near each other.

Feature hashing (Weinberger et al., 2009) of words and of three-letter pieces; the pieces are what makes inflected
languages work. Knows nothing of meaning.
"""

import math
import re
from collections.abc import Iterator
from zlib import crc32

_DIMENSIONS = {"gemini-embedding-001": 3072, "gemini-embedding-2": 3072, "text-embedding-3-large": 3072}
_USUAL_DIMENSIONS = 1536
_WORD = re.compile(r"\w+")
_PIECE = 3


def make_vector(text: str, *, model: str, dimensions: int | None = None) -> list[float]:
    """Return the text's vector, of length 1; the same one for the same text and model.

    Without ``dimensions`` it has as many as the real model's.
    """
    size = dimensions or _DIMENSIONS.get(model, _USUAL_DIMENSIONS)
    vector = [0.0] * size
    seed = crc32(model.encode())
    for feature in _features(text):
        hashed = crc32(feature.encode("utf-8", "surrogatepass"), seed)
        vector[(hashed >> 1) % size] += 1.0 if hashed & 1 else -1.0
    length = math.hypot(*vector)
    if not length:
        # No words at all, or features that cancel each other out: any direction will do, but one it must have.
        vector[seed % size] = length = 1.0
    return [value / length for value in vector]


def _features(text: str) -> Iterator[str]:
    for word in _WORD.findall(text.lower()):
        yield f"<{word}>"
        yield from (word[at : at + _PIECE] for at in range(len(word) - _PIECE + 1))
