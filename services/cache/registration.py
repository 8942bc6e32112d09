"""Tells the database that a reader is there, and where, for as long as it is. Knows nothing of what it is told."""

from dataclasses import dataclass
from datetime import timedelta

from engine.database import Database, sql
from engine.service import Service


@dataclass(frozen=True, slots=True)
class Registered:
    """A row of ``cache_reader``."""

    name: str
    address: str
    machine: str | None
    token: str
    certificate: str | None


class Registration(Service):
    """Writes the row every few seconds, and deletes it at the end."""

    name = "cache.registration"

    def __init__(self, database: Database, reader: Registered, *, every: timedelta = timedelta(seconds=5)) -> None:
        super().__init__(every=every)
        self._database = database
        self._reader = reader

    async def once(self) -> bool:
        reader = self._reader
        binds = {
            "name": reader.name, "address": reader.address, "machine": reader.machine, "token": reader.token,
            "certificate": reader.certificate,
        }  # fmt: skip
        async with self._database.transaction() as connection:
            await connection.execute(sql("register_reader"), binds)
        return False

    async def stop(self) -> None:
        await super().stop()
        async with self._database.transaction() as connection:
            await connection.execute(sql("unregister_reader"), {"name": self._reader.name})
