"""A model without a model: signed feature hashing. Texts that share words, or pieces of words, lie near each other.

Feature hashing (Weinberger et al., 2009), so that it can be rebuilt in any language:

1. The text in Unicode's form NFKC, in lower case, is cut into phrases at line breaks and at ``. , ; : ! ? | ( ) " /``.
2. Of each phrase, the words (letters, digits and ``_``) are features of weight 1; two words that follow each other,
   joined by a space, of weight 0.5; and of each word in angle brackets, ``<word>``, every three characters that follow
   each other, of weight 0.25. The pieces are what makes inflected languages and slips of the pen work.
3. A feature's BLAKE2b of 8 bytes, read as a little-endian number h, adds its weight to position (h >> 1) mod
   dimensions, with a minus if h is odd. The whole is brought to length 1. Without a feature, the empty one counts.

Nothing reaches over the end of a phrase: before it is brought to length 1, the vector of a text is the sum of those of
its phrases. The reference data are made that way. It knows nothing of meaning, and "car" is far from "automobile".
"""

import asyncio
import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import ClassVar, Self

import numpy as np

from services.embedding_server.datasets.stored import Array, Matrix
from services.embedding_server.errors import InvalidField
from services.embedding_server.models.base import Embedded, ModelUnusable

FEWEST, MOST = 8, 16_384
_PHRASE = re.compile(r"[\r\n.,;:!?|()\"/]+")
_WORD = re.compile(r"\w+")
_PIECE = 3
_WORD_WEIGHT, _PAIR_WEIGHT, _PIECE_WEIGHT = 1.0, 0.5, 0.25


class Hashing:
    """Feature hashing into as many dimensions as asked for."""

    dimensions: ClassVar[int] = 1536

    def __init__(self) -> None:
        self.name = "hashing"

    @classmethod
    async def make(cls, name: str, *, environment: Mapping[str, str], storage: Path) -> Self:  # noqa: ARG003
        if name:
            raise ModelUnusable(f"the model 'hashing' comes in one kind only, not as {name!r}")
        return cls()

    async def embed(self, texts: Sequence[str], *, dimensions: int | None) -> Embedded:
        size = dimensions or self.dimensions
        if not FEWEST <= size <= MOST:
            raise InvalidField("dimensions", f"{size}: the model 'hashing' makes {FEWEST} to {MOST}")
        return Embedded(await asyncio.to_thread(hashed, texts, dimensions=size))

    async def aclose(self) -> None:
        """Nothing is open."""


def hashed(texts: Sequence[str], *, dimensions: int) -> Matrix:
    """Return one row of length 1 for each text."""
    rows = np.zeros((len(texts), dimensions), np.float32)
    for row, text in zip(rows, texts, strict=True):
        row[:] = unscaled(text, dimensions=dimensions)
    return scaled(rows, dimensions=dimensions)


def unscaled(text: str, *, dimensions: int) -> Array:
    """Return the sum of a text's features."""
    features = list(_features(text))
    if not features:
        return np.zeros(dimensions)
    digests = b"".join(hashlib.blake2b(feature.encode(), digest_size=8).digest() for feature, _ in features)
    hashes = np.frombuffer(digests, "<u8")
    weights = np.array([weight for _, weight in features])
    signed = np.where(hashes & np.uint64(1), -weights, weights)
    places = ((hashes >> np.uint64(1)) % np.uint64(dimensions)).astype(np.int64)
    return np.bincount(places, weights=signed, minlength=dimensions)


def scaled(rows: Matrix, *, dimensions: int) -> Matrix:
    """Bring each row to length 1; one that has none gets the direction of the empty feature."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    rows[lengths[:, 0] == 0] = _nothing(dimensions)
    rows /= np.where(lengths == 0, 1, lengths)
    return rows


def _nothing(dimensions: int) -> Array:
    direction = np.zeros(dimensions, np.float32)
    number = int.from_bytes(hashlib.blake2b(b"", digest_size=8).digest(), "little")
    direction[(number >> 1) % dimensions] = -1 if number & 1 else 1
    return direction


def _features(text: str) -> Iterator[tuple[str, float]]:
    for phrase in _PHRASE.split(unicodedata.normalize("NFKC", text).lower()):
        words = _WORD.findall(phrase)
        yield from ((word, _WORD_WEIGHT) for word in words)
        yield from ((f"{left} {right}", _PAIR_WEIGHT) for left, right in pairwise(words))
        for word in words:
            framed = f"<{word}>"
            yield from ((framed[at : at + _PIECE], _PIECE_WEIGHT) for at in range(len(framed) - _PIECE + 1))
