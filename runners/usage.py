"""What has been picked before, and what is picked now. The engine counts the claims of an instance that succeeds."""

from collections.abc import Mapping, Sequence
from typing import LiteralString

from runners.base import StepRequest
from runners.selection import Strategy, Usage

_POOL = "select item_key, uses, last_used_at from batch_usage where pool = %(pool)s"
_LAST = (
    "select item_key, uses, last_used_at from batch_usage where pool = %(pool)s"
    " and last_used_at = (select max(last_used_at) from batch_usage where pool = %(pool)s)"
)
_NEEDED: Mapping[Strategy, LiteralString] = {
    Strategy.LEAST_USED: _POOL,
    Strategy.LEAST_RECENTLY_USED: _POOL,
    Strategy.ROUND_ROBIN: _LAST,
}


async def load_usage(request: StepRequest, pool: str, *, strategy: Strategy) -> dict[str, Usage]:
    """Return the usage of a pool's items, as far as the strategy looks at it."""
    if (statement := _NEEDED.get(strategy)) is None:
        return {}
    async with request.transaction() as connection:
        cursor = await connection.execute(statement, {"pool": pool})
        return {key: Usage(uses, last_used_at) async for key, uses, last_used_at in cursor}


async def forget_claims(request: StepRequest) -> None:
    """Delete the claims of an earlier attempt of this step; a rehearsal has none."""
    async with request.transaction() as connection:
        await connection.execute("delete from batch_usage_claim where step_id = %s", (request.step_id,))


async def save_claims(request: StepRequest, pool: str, keys: Sequence[str]) -> None:
    """Write down what this step has picked; what a rehearsal picks is not used."""
    if request.rehearsal is not None:
        return
    async with request.transaction() as connection:
        await connection.execute(
            "insert into batch_usage_claim (step_id, pool, item_key) select %s, %s, unnest(%s::text[])",
            (request.step_id, pool, list(keys)),
        )
