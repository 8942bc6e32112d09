"""Dead letters of embeddings: rows that were refused, whole, with the reason; and those that people want tried again.

Decides what a letter holds. Its vector is kept as the bytes that came, in base64: they may be what is wrong with it.
"""

import base64
import binascii
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from runners.base import Connection, Json
from runners.embedding.blocks import Block, Fault
from runners.embedding.checking import Refused
from runners.sql_files import read_sql
from runners.storable import safe_text, to_json

_FLOAT = np.dtype("<f4")
_LONGEST_TEXT = 100_000
"""Characters of broken metadata, or of an id, that a letter keeps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterbox:
    """Whose dead letters they are. ``source`` names stream and collection: any step that loads it may take them."""

    instance_id: int
    step_key: str
    source: str
    version: str
    model: str

    async def bury(self, connection: Connection, block: Block, refused: Sequence[Refused]) -> None:
        """Write a letter for each refused row, but for rows of this version that have one already."""
        if refused:
            await _send(
                connection,
                "bury_rows",
                instance_id=self.instance_id,
                step_key=self.step_key,
                source=self.source,
                payloads=[to_json(self._payload(block, one.row)) for one in refused],
                reasons=[safe_text(one.reason) for one in refused],
            )

    async def take(self, connection: Connection, *, most: int) -> list["Letter"]:
        """Return letters that were sent on for another try, and lock them; nobody else gets them meanwhile."""
        cursor = await _send(connection, "take_letters", source=self.source, most=most)
        return [Letter(*row) for row in await cursor.fetchall()]

    async def settle(self, connection: Connection, reasons: Mapping[int, str | None]) -> None:
        """Write what became of letters: loaded, or refused again with a reason."""
        await _send(
            connection,
            "settle_letters",
            ids=list(reasons),
            reasons=[None if reason is None else safe_text(reason) for reason in reasons.values()],
        )

    def _payload(self, block: Block, row: int) -> dict[str, Json]:
        fault = block.faults.get(row)
        sent = block.matrix[row].astype(_FLOAT).tobytes() if fault is None else fault.sent
        return {
            "place": block.places[row],
            "version": self.version,
            "model": self.model,
            "id": block.ids[row][:_LONGEST_TEXT],
            "metadata": _metadata(block.metadata[row]),
            "vector": None if sent is None else base64.b64encode(sent).decode(),
        }


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter as it is kept; people may have mended its payload."""

    id: int
    payload: Any


def block_of(letters: Sequence[Letter], *, dimensions: int, model: str) -> Block:
    """Return the rows of letters; what cannot be read of one is its fault."""
    matrix = np.zeros((len(letters), dimensions), np.float32)
    faults: dict[int, Fault] = {}
    for row, letter in enumerate(letters):
        try:
            matrix[row] = _vector(letter.payload, dimensions=dimensions, model=model)
        except ValueError as error:
            faults[row] = Fault(str(error))
    return Block(
        places=[letter.id for letter in letters],
        ids=[str(_field(letter, "id") or "") for letter in letters],
        metadata=[_text(_field(letter, "metadata")) for letter in letters],
        matrix=matrix,
        faults=faults,
    )


def _field(letter: Letter, name: str) -> Json:
    return letter.payload.get(name) if isinstance(letter.payload, dict) else None


def _vector(payload: Any, *, dimensions: int, model: str) -> Any:
    if not isinstance(payload, dict):
        raise ValueError("the payload is no object with id, metadata and vector")  # noqa: TRY004 - it is data
    if payload.get("model") != model:
        raise ValueError(f"the vector is by the model {payload.get('model')!r}, the table holds those by {model!r}")
    match payload.get("vector"):
        case str() as text:
            values: Any = np.frombuffer(_decoded(text), _FLOAT)
        case list() as numbers:
            values = _numbers(numbers)
        case _:
            raise ValueError("the letter has no vector, for none could be told from the others in its chunk")
    if values.shape != (dimensions,):
        raise ValueError(f"the vector has {values.size} dimensions, the table {dimensions}")
    return values


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(f"the vector is not base64: {error}") from error


def _numbers(values: list[Any]) -> Any:
    """People may write a vector as a list."""
    if not all(type(value) in (int, float) for value in values):
        raise ValueError("the vector is not a list of numbers")
    with np.errstate(over="ignore"):
        return np.array(values, np.float64).astype(np.float32)


def _metadata(text: str) -> Json:
    """Return the metadata as the object that it is, or as the text that it is instead."""
    try:
        value = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return text[:_LONGEST_TEXT]
    return value if isinstance(value, dict) and len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT]


def _text(metadata: Json) -> str:
    return metadata if isinstance(metadata, str) else to_json({} if metadata is None else metadata)


async def _send(connection: Connection, statement: str, **binds: Any) -> Any:
    return await connection.execute(read_sql("runners.embedding", statement), binds)


def numbered(letters: Iterable[Letter], refused: Sequence[Refused]) -> dict[int, str | None]:
    """Return each letter's id with the reason why it was refused again, or none."""
    reasons = {one.row: one.reason for one in refused}
    return {letter.id: reasons.get(row) for row, letter in enumerate(letters)}
