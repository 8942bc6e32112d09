"""Starts rehearsals: instances for which nothing is paid, and that change nothing but the engine's own tables.

An instance is a rehearsal from the transaction on that makes it, so no process can take it for a real one. What its
steps do otherwise is the runners' business. A draft is rehearsed beside the definition that stands, and becomes no
version of it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from definitions.errors import DefinitionError, did_you_mean
from engine.catalog import problems_of
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
    used = await _params_of(connection, using, name=name)
    instance_id = await _start(connection, name, used if params is None else params)
    _check_step(name, step, known=await _keys(connection, name))
    await _mark(connection, instance_id, sample=sample, step=step, using=using)
    return instance_id


async def start_draft(
    connection: Connection,
    draft: Mapping[str, Any],
    *,
    params: Mapping[str, Json] | None,
    sample: int | None,
    step: str | None,
    using: int | None,
) -> int:
    """Make a rehearsal of an edit that is not saved, or of one step of it on what another instance has made.

    ``draft`` has every column, as a save would write it. ``params`` None: those of the other instance, if there is one.

    Raises:
        DefinitionError: the database would refuse the edit.
        LookupError: as by ``start_trial``.
    """
    name = str(draft["name"])
    if step is not None and using is not None:
        used = await _params_of(connection, using, name=name)
        params = used if params is None else params
        _check_step(name, step, known=[known["key"] for known in draft["steps"]])
    rehearsal = Jsonb({"sample": sample, "step": step, "using": using})
    binds = {"draft": Jsonb(dict(draft)), "params": Jsonb(dict(params or {})), "rehearsal": rehearsal}
    try:
        row = await (await connection.execute(sql("rehearse_draft"), binds)).fetchone()
    except psycopg.Error as error:
        if error.sqlstate != "BD001":
            raise
        raise DefinitionError(problems_of(error), name=name) from error
    assert row is not None, "a function returns a row"
    return int(row[0])


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


async def _params_of(connection: Connection, instance_id: int, *, name: str) -> Mapping[str, Json]:
    row = await (await connection.execute(sql("load_instance_params"), {"id": instance_id})).fetchone()
    if row is None:
        raise LookupError(f"there is no instance {instance_id}; `batchdag instances` lists them")
    if row[0] != name:
        raise LookupError(f"instance {instance_id} is one of {row[0]!r}, not of {name!r}")
    params: Mapping[str, Json] = row[1]
    return params


async def _keys(connection: Connection, name: str) -> list[str]:
    row = await (await connection.execute(sql("load_definition"), {"name": name})).fetchone()
    assert row is not None, "it has just been started"
    return [known["key"] for known in row[4]]


def _check_step(name: str, step: str, *, known: Sequence[str]) -> None:
    if step not in known:
        near = did_you_mean(step, list(known))
        raise LookupError(f"definition {name!r} has no step {step!r}{near}; it has {', '.join(known)}")
