"""What may be loaded: ids, metadata and vectors are looked at before PostgreSQL sees them; a bad row gets a reason.

PostgreSQL would refuse a whole COPY for one bad number, and would take a vector of length zero, whose cosine distance
to anything is not a number. Pure.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runners.embedding.blocks import Block, Matrix
from runners.storable import to_json

MAX_ID = 1_000
"""Bytes of an id; what a B-tree can hold is little more than twice as much."""
MAX_METADATA = 1_000_000
_LARGEST_HALF = 65_504
_UNSTORABLE = ("\\u0000", "\\ud", "\\uD")
"""What jsonb may not hold is written like this, or begins so; a NUL that is not escaped is no JSON."""


@dataclass(frozen=True, slots=True)
class Refused:
    """One row of a block that is not loaded, and why."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A block after it was looked at: which rows are good, their metadata as jsonb takes it, and the others."""

    good: Sequence[int]
    metadata: Sequence[str]
    refused: Sequence[Refused]


def check(block: Block, *, half: bool) -> Checked:
    """Look at every row; ``half``: the vectors will be stored in half precision."""
    reasons: dict[int, str] = {}
    metadata: dict[int, str] = {}
    for row in range(len(block)):
        try:
            _check_id(block.ids[row])
            metadata[row] = _checked_metadata(block.metadata[row])
        except ValueError as error:
            reasons[row] = str(error)
    for row, reason in _vector_reasons(block, half=half):
        reasons.setdefault(row, reason)
    reasons |= dict(_repeated(block.ids, without=reasons))
    good = [row for row in range(len(block)) if row not in reasons]
    refused = [Refused(row, reason) for row, reason in sorted(reasons.items())]
    return Checked(good, [metadata[row] for row in good], refused)


def _check_id(text: str) -> None:
    if not text:
        raise ValueError("the id is empty")
    if "\x00" in text:
        raise ValueError("the id has a NUL character, which PostgreSQL cannot hold")
    if (size := len(text.encode("utf-8", "surrogatepass"))) > MAX_ID:
        raise ValueError(f"the id has {size:,} bytes, at most {MAX_ID:,} are allowed")


def _checked_metadata(text: str) -> str:
    """Return the metadata as text that jsonb takes; none at all is an empty object."""
    if not text:
        return "{}"
    if len(text) > MAX_METADATA:
        raise ValueError(f"the metadata has {len(text):,} characters, at most {MAX_METADATA:,} are allowed")
    try:
        value = _JSON.decode(text)
    except RecursionError:
        raise ValueError("the metadata is nested too deeply") from None
    except ValueError as error:
        raise ValueError(f"the metadata is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise ValueError(f"the metadata is not a JSON object but {type(value).__name__}")  # noqa: TRY004 - it is data
    return to_json(value) if "\\u" in text and any(sign in text for sign in _UNSTORABLE) else text


def _refuse_constant(word: str) -> None:
    raise ValueError(f"{word} is no JSON number")


_JSON = json.JSONDecoder(parse_constant=_refuse_constant)
"""Made once: ``json.loads`` with an option makes one for each text, which takes as long as to read it."""


def _vector_reasons(block: Block, *, half: bool) -> Iterator[tuple[int, str]]:
    for row, fault in block.faults.items():
        yield row, fault.reason
    with np.errstate(over="ignore", invalid="ignore"):
        lengths = _squared_lengths(_stored(block.matrix, half=half))
    for row in _rows(~(np.isfinite(lengths) & (lengths > 0))):
        yield row, _vector_reason(block.matrix[row], length=float(lengths[row]), half=half)


def _vector_reason(vector: Matrix, *, length: float, half: bool) -> str:
    if bad := _rows(~np.isfinite(vector)):
        return f"the vector is not finite: {vector[bad[0]]} at position {bad[0]}"
    if half and (large := _rows(np.abs(vector) > _LARGEST_HALF)):
        return f"the vector has {vector[large[0]]} at position {large[0]}, halfvec holds at most {_LARGEST_HALF:,}"
    if length == 0:
        return "the vector has length zero, so it has no direction and no cosine distance"
    return "the vector is too long: its length cannot be computed in single precision, as distances are"


def _stored(matrix: Matrix, *, half: bool) -> Matrix:
    """Return the values as they will be in the table."""
    return matrix.astype(np.float16).astype(np.float32) if half else matrix


def _squared_lengths(matrix: Matrix) -> NDArray[np.float32]:
    """Return them in single precision, as pgvector computes distances: very small values have length zero there."""
    lengths: NDArray[np.float32] = np.einsum("ij,ij->i", matrix, matrix)
    return lengths


def _rows(mask: Any) -> list[int]:
    found: list[int] = np.flatnonzero(mask).tolist()
    return found


def _repeated(ids: Sequence[str], *, without: Mapping[int, str]) -> Iterator[tuple[int, str]]:
    """Find the good rows whose id comes again. The last one stays, as it would if it came in a later chunk."""
    last = {text: row for row, text in enumerate(ids) if row not in without}
    for row, text in enumerate(ids):
        if row not in without and last[text] != row:
            yield row, f'the id "{text}" comes again in the same chunk; the last row with it was taken'
