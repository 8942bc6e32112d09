"""The shipped question definitions, installed as the demo does, and short ways to run and look at them."""

from typing import Any

from definitions.files import parse_documents
from engine.cli.demo_library import shipped
from engine.prompt_files import parse_prompts
from engine.prompts import Prompts
from engine.waiting import Ended
from tests.harness import Harness

TABLES = ("questions_schema.sql", "questions_sample.sql", "questions_examples.sql")


async def install(harness: Harness) -> None:
    """Make the tables with their sample content, the prompts and both definitions."""
    async with harness.engine.database.transaction() as connection:
        for name in TABLES:
            await connection.execute(shipped(name))
    await Prompts(harness.engine.database).apply(parse_prompts(shipped("prompts.yaml"), source="prompts.yaml"))
    for name in ("question_generation", "explanation"):
        await harness.engine.apply(parse_documents(shipped(f"{name}.yaml"), source=f"{name}.yaml"))


async def generate(harness: Harness, **params: Any) -> Ended:
    """Run ``question_generation`` with a provider that answers at once."""
    return await harness.engine.run("question_generation", params={"poll_seconds": 0.1} | params)


async def explain(harness: Harness, **params: Any) -> Ended:
    return await harness.engine.run("explanation", params=params)


async def items(harness: Harness, instance_id: int, key: str, state: str = "succeeded") -> list[dict[str, Any]]:
    """Return the payloads of a step's items in order, the reason of a failed one under ``_error``."""
    rows = await harness.rows(
        "select item.payload, item.error from batch_item as item join batch_step as step on step.id = item.step_id"
        " where step.batch_instance_id = %s and step.step_key = %s and item.state = %s order by item.seq",
        instance_id,
        key,
        state,
    )
    return [payload | {"_error": error} for payload, error in rows]
