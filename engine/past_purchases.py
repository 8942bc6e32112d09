"""Reads what the instances of a definition have bought of late, and what an edit would change about it."""

import asyncio
from decimal import Decimal

from definitions.models import Definition
from engine.database import Connection, Database, sql
from engine.draft_cost import Bought, CostChange, Purchases, cost_change
from runners.generation.ledger import load_prices

_INSTANCES = 10


async def cost_of_edit(database: Database, before: Definition, after: Definition) -> CostChange | None:
    """Return what the edit does to the cost of an instance; None if none that succeeded has bought anything."""
    async with database.transaction() as connection:
        past = await _past(connection, before.name)
        if not past.bought:
            return None
        prices = await load_prices(connection)
    return await asyncio.to_thread(cost_change, before, after, past, prices)  # the price data takes half a second


async def _past(connection: Connection, name: str) -> Purchases:
    cursor = await connection.execute(sql("past_purchases"), {"name": name, "instances": _INSTANCES})
    rows = await cursor.fetchall()
    return Purchases(rows[0][0] if rows else 0, [_bought(*row[1:]) for row in rows])


def _bought(step_key: str, provider: str, model: str, mode: str, is_simulated: bool, *numbers: int | Decimal) -> Bought:
    requests, inputs, outputs, spent = numbers
    return Bought(
        step_key=step_key,
        provider=provider,
        model=model,
        mode=mode,
        is_simulated=is_simulated,
        requests=int(requests),
        input_tokens=int(inputs),
        output_tokens=int(outputs),
        spent_usd=Decimal(spent),
    )
