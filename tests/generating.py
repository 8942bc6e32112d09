"""Short ways to define, run and look at generating steps."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.harness import Harness, step

SCHEMA = {
    "type": "object",
    "properties": {"word": {"type": "string"}, "level": {"type": "integer", "minimum": 1, "maximum": 6}},
    "required": ["word", "level"],
    "additionalProperties": False,
}
"""What an answer has to be like."""

ASKING: Mapping[str, Any] = {
    "provider": "simulated",
    "model": "gpt-5-mini",
    "template": "Teach the word {{ item.word }}.",
    "schema": SCHEMA,
    "mode": "batch",
    "keep": ["n"],
    "poll": {"intervalSeconds": 0.05, "settleSeconds": 0.2},
}
"""The params of a generate step, as analysts write them."""


def words(count: int) -> list[dict[str, Any]]:
    return [{"n": n, "word": f"word{n}"} for n in range(count)]


def generating(count: int, **params: Any) -> Sequence[Mapping[str, Any]]:
    """A definition of two steps: a list of words, and an answer for each."""
    return [
        step("collect", "generate", runner="collect", params={"items": words(count)}),
        step("generate", runner="generate", params={**ASKING, **params}),
    ]


async def answers(harness: Harness, instance_id: int) -> list[dict[str, Any]]:
    """Return the accepted answers of the step ``generate`` in order."""
    rows = await harness.rows(
        "select item.payload from batch_item as item join batch_step as step on step.id = item.step_id"
        " where step.batch_instance_id = %s and step.step_key = 'generate' and item.state = 'succeeded'"
        " order by item.seq",
        instance_id,
    )
    return [payload for (payload,) in rows]


async def jobs(harness: Harness, columns: str = "state, items, succeeded, failed, dead") -> list[tuple[Any, ...]]:
    """Return the ledger, the oldest job first."""
    return await harness.rows(f"select {columns} from provider_batch order by id")
