"""The circuit breaker before a server: after some failures in a row nobody calls it, until one caller has tried it.

Its state is a row of ``circuit_breaker``, shared by all workers. Decides who may call, and when a step rests instead.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from runners.base import StepRequest, TransientFailure
from runners.embedding.params import BreakerParams
from runners.sql_files import read_sql
from runners.storable import safe_text

_PROBE_SECONDS = 60
"""How long the one who tries may take; then another may."""
_LONGEST_COOLDOWN = timedelta(minutes=10)
_SOON = timedelta(seconds=1)


class Resting(Exception):
    """The server is left alone: the step is snoozed for so long."""

    def __init__(self, delay: timedelta, why: str) -> None:
        super().__init__(why)
        self.delay = delay
        self.why = why


@dataclass(frozen=True, slots=True)
class Breaker:
    """One server's breaker, as one attempt uses it."""

    request: StepRequest
    name: str
    params: BreakerParams

    async def admit(self) -> bool:
        """Return if the server may be called; whether there is something to forget when it answers.

        Raises:
            Resting: it is left alone for now.
            TransientFailure: it has been down for too long to wait any more.
        """
        probe = timedelta(seconds=_PROBE_SECONDS)
        row = await self._send("admit_call", holder=self.request.step_id, probe=probe)
        if row is not None and not row[0]:
            raise self._rest(wait=row[1], down=row[2], reason=row[3])
        return row is not None

    async def failed(self, why: str) -> None:
        """Count a failure of the server.

        Raises:
            Resting, TransientFailure: as ``admit``.
        """
        row = await self._send(
            "count_failure",
            holder=self.request.step_id,
            most=self.params.failures,
            cooldown=timedelta(seconds=self.params.cooldown_seconds),
            longest=_LONGEST_COOLDOWN,
            reason=safe_text(why)[:1000],
        )
        if row is not None and row[0] != "closed":
            raise self._rest(wait=row[1], down=row[2], reason=row[3])

    async def worked(self) -> None:
        """Forget the failures: the server has answered."""
        await self._send("close_breaker")

    def _rest(self, *, wait: timedelta, down: timedelta, reason: str) -> Exception:
        if down > timedelta(hours=self.params.give_up_hours):
            return TransientFailure(
                f"{self.name} has not answered for {down}: {reason}. Start the server, then retry the instance; "
                "breaker.giveUpHours says how long to wait for it"
            )
        return Resting(max(wait, _SOON), f"{self.name} is left alone after failures in a row: {reason}")

    async def _send(self, statement: str, **binds: Any) -> tuple[Any, ...] | None:
        async with self.request.transaction() as connection:
            cursor = await connection.execute(read_sql("runners.embedding", statement), {"name": self.name, **binds})
            return await cursor.fetchone() if cursor.description else None
