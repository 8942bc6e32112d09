"""The items of one generating step: built from its input, settled as answers come. Knows nothing of providers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import psycopg

from runners.base import Connection, Json
from runners.generation.asks import settle_items
from runners.generation.ledger import send
from runners.generation.merging import Merger
from runners.generation.outcome import Outcomes
from runners.storable import safe_text

_REFUSED = (psycopg.DataError, psycopg.IntegrityError, psycopg.errors.RaiseException)
"""What a table says of a value that it does not take."""


class Sink(Protocol):
    """A table of the user that follows the items, in the transactions that change them."""

    @property
    def spec(self) -> Json:
        """What is needed to find the table again without the step."""
        ...

    async def asked(self, connection: Connection, step_id: int, seqs: Sequence[int]) -> None:
        """These items are being asked for now."""
        ...

    async def settled(self, connection: Connection, step_id: int, seqs: Sequence[int]) -> None:
        """These items have an answer, or get none any more; their rows in ``batch_item`` say which."""
        ...

    async def released(self, connection: Connection, step_id: int) -> None:
        """Nobody asks for the pending items of the step any more."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StepItems:
    """Whose items they are, and where else their fate is written."""

    instance_id: int
    step_id: int
    step_key: str
    build: int
    merger: Merger
    sink: Sink | None = None
    keeps_letters: bool = True
    """Whether items that are given up become dead letters."""

    async def asked(self, connection: Connection, seqs: Sequence[int]) -> None:
        if self.sink is not None and seqs:
            await self.sink.asked(connection, self.step_id, seqs)

    async def settle(self, connection: Connection, outcomes: Outcomes) -> None:
        """Write what became of items; those that are given up become dead letters too, but not in a rehearsal."""
        await settle_items(connection, self.step_id, outcomes.items)
        if outcomes.given_up and self.keeps_letters:
            await send(
                connection,
                "bury_items",
                instance_id=self.instance_id,
                step_key=self.step_key,
                step_id=self.step_id,
                source=letters_of(self.step_id),
                seqs=[seq for seq, _ in outcomes.given_up],
                reasons=[safe_text(reason) for _, reason in outcomes.given_up],
            )
        final = [item.seq for item in outcomes.items if item.state != "pending"]
        if self.sink is not None and final and not await self._tell(connection, self.sink, final):
            for seq in final:
                await self._tell_one(connection, self.sink, seq)

    async def _tell(self, connection: Connection, sink: Sink, seqs: Sequence[int]) -> bool:
        """Let the user's table follow; False if it refuses, and then nothing of it is done."""
        try:
            async with connection.transaction():
                await sink.settled(connection, self.step_id, seqs)
        except _REFUSED:
            return False
        return True

    async def _tell_one(self, connection: Connection, sink: Sink, seq: int) -> None:
        """One row that the table refuses fails alone, with the table's reason, and the others go on."""
        try:
            async with connection.transaction():
                await sink.settled(connection, self.step_id, [seq])
        except _REFUSED as error:
            said = safe_text(f"table: {error.diag.message_primary or error}")
            await send(connection, "refuse_item", step_id=self.step_id, seq=seq, error=said)
            await self._tell(connection, sink, [seq])


def letters_of(step_id: int) -> str:
    """Return the source that the dead letters of a generating step have."""
    return f"generate:{step_id}"
