"""Short ways to rehearse a definition and to look at the report."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from engine.app import Engine
from engine.rehearsal_report import RehearsalReport, StepReport
from tests.generating import ASKING, words
from tests.harness import Harness, engine_on, step

GENERATE: Mapping[str, Any] = {**ASKING, "provider": "openai", "mode": "batch"}
LOAD: Mapping[str, Any] = {"table": "lesson", "mode": "upsert", "keys": ["n"]}


@asynccontextmanager
async def rehearsing_on(database_url: str, reader_url: str, *, storage: Path) -> AsyncIterator[Harness]:
    """An engine that works, on a database with the table ``lesson``."""
    async with engine_on(database_url, reader_url, storage=storage) as harness:
        async with harness.engine.database.transaction() as connection:
            await connection.execute("create table lesson (n bigint primary key, word text not null, level int)")
        async with harness.engine.working():
            yield harness


def pipeline(
    count: int, *, generate: Mapping[str, Any] | None = None, load: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    return [
        step("collect", "generate", runner="collect", params={"items": words(count)}),
        step("generate", "load", runner="generate", params={**GENERATE, **(generate or {})}),
        step("load", runner="load", params={**LOAD, **(load or {})}),
    ]


async def rehearse(
    harness: Harness, *steps: Mapping[str, Any], sample: int | None = None, **columns: Any
) -> RehearsalReport:
    await harness.define(*steps, **columns)
    return await report_on(harness.engine, await harness.engine.rehearse("pipeline", sample=sample))


async def report_on(engine: Engine, instance_id: int) -> RehearsalReport:
    await engine.wait(instance_id)
    return await engine.rehearsal(instance_id)


def of(report: RehearsalReport, key: str) -> StepReport:
    return next(step for step in report.steps if step.key == key)


def told(report: RehearsalReport) -> str:
    return "\n".join(f"{remark.step}: {remark.message}" for remark in report.problems)


def noted(report: RehearsalReport) -> str:
    return "\n".join(f"{remark.step}: {remark.message}" for remark in report.notes)
