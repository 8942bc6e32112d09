"""Finds what the words of a command name, and refuses what nothing has: a typo must not look like an empty answer."""

from definitions.errors import did_you_mean
from engine.app import Engine
from engine.listings import Listings
from engine.rows import Row, file_rows

_MOST_LISTED = 20


async def find_instance(engine: Engine, instance_id: int) -> Row:
    """Return an instance as listings show it.

    Raises:
        LookupError: there is none.
    """
    found = await Listings(engine.database).instance(instance_id)
    if found is None:
        raise LookupError(f"there is no instance {instance_id}; `batchdag instances` lists them")
    return found


async def find_step(engine: Engine, instance_id: int, key: str) -> Row:
    """Return an instance that has, or had, a step of this key.

    Raises:
        LookupError: there is no such instance, or it has no such step.
    """
    instance = await find_instance(engine, instance_id)
    keys = [str(row["key"]) for row in await file_rows(engine.database, "instance_step_keys", instance=instance_id)]
    if key not in keys:
        near = did_you_mean(key, keys) or f"; it has {', '.join(keys[:_MOST_LISTED])}"
        raise LookupError(f"instance {instance_id} of {instance['definition']!r} has no step {key!r}{near}")
    return instance
