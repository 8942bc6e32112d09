"""A pass is one walk over one version of a source into one collection, in one part or in several; rows of
``stream_checkpoint``. A part is where one walker stands.

Decides whether an attempt goes on with the pass that is there, waits for whoever walks it, or begins a new one.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from psycopg.types.json import Jsonb

from runners.base import Connection, Json, TransientFailure
from runners.loading.writing import NOTHING, Counts
from runners.sql_files import read_sql


class Mode(StrEnum):
    """How rows get into the table of vectors: into it, or into a shadow that takes its place."""

    MERGE = "merge"
    BULK = "bulk"


class Stage(StrEnum):
    """How far a pass is. LOADED: all parts are; what is left is the index and, in bulk, the swap."""

    LOADING = "loading"
    LOADED = "loaded"
    DONE = "done"


class Turn(StrEnum):
    """What an attempt does about the pass that it finds."""

    NEW = "new"
    JOIN = "join"
    WAIT = "wait"
    DONE = "done"
    CHANGED = "changed"
    """Parts of another version are loaded already by shards of this very step, which will not run again."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The step that walks a pass; its shards are one."""

    instance_id: int
    step_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an attempt is to walk. ``work``: everything that has to be the same for a pass to be gone on with."""

    stream: str
    owner: Owner
    version: str
    work: Json
    rows: int
    parts: int = 1
    among_shards: bool = False
    """Other shards of the step load the other parts, and may be done. Lanes begin anew with their attempt."""

    def part_stream(self, part: int) -> str:
        """Return the name of a part's checkpoint."""
        return f"{self.stream}#{part}/{self.parts}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """A pass as it is kept."""

    number: int
    owner: Owner
    version: str
    work: Json
    rows: int
    parts: int
    mode: Mode
    stage: Stage = Stage.LOADING

    def continues(self, wanted: Wanted) -> bool:
        """Say whether this is the same work."""
        return (self.version, self.work, self.parts) == (wanted.version, wanted.work, wanted.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Where one walker of a pass stands: everything up to and with the place ``at`` is done; None: nothing is."""

    number: int
    version: str
    at: Json = None
    counts: Counts = NOTHING
    done: bool = False


def decide(found: Pass | None, wanted: Wanted, *, owner_lives: bool) -> Turn:
    """Say what to do about the pass that is there. Pure."""
    if found is None:
        return Turn.NEW
    is_ours = found.owner == wanted.owner
    if found.stage is Stage.DONE:
        return Turn.DONE if is_ours and found.continues(wanted) else Turn.NEW
    if not is_ours and owner_lives:
        return Turn.WAIT
    if found.continues(wanted):
        return Turn.JOIN
    return Turn.CHANGED if is_ours and wanted.among_shards and found.version != wanted.version else Turn.NEW


async def find_pass(connection: Connection, wanted: Wanted) -> tuple[Turn, Pass | None]:
    """Lock the pass, whether there is one yet or not, until the caller's transaction ends; say what to do about it."""
    cursor = await _send(connection, "lock_pass", stream=wanted.stream)
    row = await cursor.fetchone()
    found = None if row is None or row[0] is None else _pass(row[0])
    lives = False
    if found is not None and found.owner != wanted.owner:
        row = await (await _send(connection, "owner_lives", **asdict(found.owner))).fetchone()
        lives = bool(row and row[0])
    return decide(found, wanted, owner_lives=lives), found


async def begin_pass(connection: Connection, wanted: Wanted, *, after: Pass | None, mode: Mode) -> Pass:
    """Begin anew: all parts at nothing, and no dead letters of the pass before."""
    begun = Pass(
        number=after.number + 1 if after is not None else 1,
        owner=wanted.owner,
        version=wanted.version,
        work=wanted.work,
        rows=wanted.rows,
        parts=wanted.parts,
        mode=mode,
    )
    await _send(connection, "forget_parts", stream=wanted.stream)
    await _send(connection, "forget_letters", source=wanted.stream)
    await save_pass(connection, wanted.stream, begun)
    return begun


async def join_pass(connection: Connection, wanted: Wanted, found: Pass) -> Pass:
    """Go on with a pass, also one that a step of another instance has left."""
    joined = replace(found, owner=wanted.owner)
    if joined != found:
        await save_pass(connection, wanted.stream, joined)
    return joined


async def save_pass(connection: Connection, stream: str, current: Pass) -> None:
    await _save(connection, stream, asdict(current) | {"owner": asdict(current.owner)})


async def find_part(connection: Connection, stream: str, current: Pass) -> Part:
    """Return where the walker of this part stands."""
    stored = await _position(connection, "read_part", stream)
    part = Part(number=current.number, version=current.version) if stored is None else _part(stored)
    if stored is None:
        await _save(connection, stream, _position_of(part))
    return part


async def move_part(
    connection: Connection, stream: str, before: Part, after: Part, *, changes: str | None = None, may_be_lost: bool
) -> None:
    """Move the checkpoint, if it is where this attempt has left it.

    ``changes``: the collection that the transaction has changed; its next generation is made. That locks its row until
    the commit, so let this be the transaction's last statement.
    ``may_be_lost``: the commit does not wait for the disk. What a crash of PostgreSQL takes back then takes its
    checkpoint along and is loaded again; the end of the part does wait, and with it for all that came before.

    Raises:
        TransientFailure: somebody else has moved it; the next attempt goes on from there.
    """
    cursor = await _send(
        connection,
        "move_part",
        stream=stream,
        before=Jsonb(_position_of(before)),
        after=Jsonb(_position_of(after)),
        commit="off" if may_be_lost else None,
        collection=changes,
    )
    if await cursor.fetchone() is None:
        raise TransientFailure(f"the checkpoint {stream} was moved by somebody else; this attempt ends here")


async def count_done_parts(connection: Connection, wanted: Wanted) -> int:
    row = await (await _send(connection, "count_done_parts", stream=wanted.stream)).fetchone()
    return int(row[0]) if row else 0


def _pass(stored: Mapping[str, Any]) -> Pass:
    owner, mode, stage = Owner(**stored["owner"]), Mode(stored["mode"]), Stage(stored["stage"])
    return Pass(**{**stored, "owner": owner, "mode": mode, "stage": stage})


def _position_of(part: Part) -> dict[str, Json]:
    counts = asdict(part.counts)
    return {"pass": part.number, "version": part.version, "at": part.at, "done": part.done, **counts}


def _part(stored: Mapping[str, Any]) -> Part:
    counts = Counts(**{name: stored[name] for name in asdict(NOTHING)})
    return Part(number=stored["pass"], version=stored["version"], at=stored["at"], counts=counts, done=stored["done"])


async def _position(connection: Connection, statement: str, stream: str) -> Mapping[str, Any] | None:
    row = await (await _send(connection, statement, stream=stream)).fetchone()
    return row[0] if row else None


async def _save(connection: Connection, stream: str, position: Json) -> None:
    await _send(connection, "save_position", stream=stream, position=Jsonb(position))


async def _send(connection: Connection, statement: str, **binds: Any) -> Any:
    return await connection.execute(read_sql("runners.embedding", statement), binds)
