"""Starts rehearsals: instances for which nothing is paid, and that change nothing but the engine's own tables.

An instance is a rehearsal from the transaction on that makes it, so no process can take it for a real one. What its
steps do otherwise is the runners' business.
"""

from collections.abc import Mapping

from psycopg.types.json import Jsonb

from definitions.errors import did_you_mean
from engine.database import Connection, sql
from runners.base import Json


async def start_rehearsal(connection: Connection, name: str, *, params: Mapping[str, Json], sample: int | None) -> int:
    """Make an instance that is a rehearsal and return its id."""
    instance_id = await _start(connection, name, params)
    await _mark(connection, instance_id, sample=sample)
    return instance_id


async def start_trial(
    connection: Connection, name: str, step: str, *, using: int, params: Mapping[str, Json] | None, sample: int | None
) -> int:
    """Make a rehearsal of one step, as it is defined now, on what another instance has made; return its id.

    ``params`` None: those of the other instance.

    Raises:
        LookupError: there is no such step, or no such instance of this definition.
    """
    row = await (await connection.execute(sql("load_instance_params"), {"id": using})).fetchone()
    if row is None:
        raise LookupError(f"there is no instance {using}; `batchdag instances` lists them")
    if row[0] != name:
        raise LookupError(f"instance {using} is one of {row[0]!r}, not of {name!r}")
    instance_id = await _start(connection, name, row[1] if params is None else params)
    await _check_step(connection, name, step)
    await _mark(connection, instance_id, sample=sample, step=step, using=using)
    return instance_id


async def _start(connection: Connection, name: str, params: Mapping[str, Json]) -> int:
    call = "select start_instance(%s, %s, null, 'manual')"
    row = await (await connection.execute(call, (name, Jsonb(dict(params))))).fetchone()
    assert row is not None, "a function returns a row"
    return int(row[0])


async def _mark(
    connection: Connection, instance_id: int, *, sample: int | None, step: str | None = None, using: int | None = None
) -> None:
    rehearsal = Jsonb({"sample": sample, "step": step, "using": using})
    await connection.execute(sql("mark_rehearsal"), {"id": instance_id, "rehearsal": rehearsal})


async def _check_step(connection: Connection, name: str, step: str) -> None:
    row = await (await connection.execute(sql("load_definition"), {"name": name})).fetchone()
    assert row is not None, "it has just been started"
    keys = [known["key"] for known in row[4]]
    if step not in keys:
        raise LookupError(f"definition {name!r} has no step {step!r}{did_you_mean(step, keys)}; it has {keys}")
