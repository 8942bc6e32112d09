"""What a draft of a prompt would say to real rows: items of a step's newest instance, or uploaded questions."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from definitions.models import Step
from engine.prompt_rows import UnknownStep
from engine.prompt_trials import Trial, no_instance, try_item, try_system
from engine.prompts import PromptRefused
from runners.base import Json
from runners.prompts import PromptVersion, check_prompt
from services.http.explanations.store import Sets
from services.http.problems import Missing
from services.http.shapes.prompts import PromptPreviewIn, PromptPreviewOut, PromptRow
from services.http.site import Site

_KEY = "draft"
_QUESTIONS = "question"
"""The table of the shipped definitions."""


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows that were found, and where; ``why_none`` if there are none."""

    items: Sequence[Json]
    values: Mapping[str, Json]
    instance_id: int | None = None
    step: str | None = None
    why_none: str | None = None


async def preview_prompt(site: Site, asked: PromptPreviewIn) -> PromptPreviewOut:
    """Render the draft on real rows.

    Raises:
        PromptRefused: it is no prompt.
        UnknownDefinition, Missing, Conflict: there is no such definition or step, or there are no questions.
    """
    draft = _draft(asked)
    rows = await _rows(site, asked)
    shown = await asyncio.to_thread(_rendered, draft, rows)  # a template may take its time
    return PromptPreviewOut(instance_id=rows.instance_id, step=rows.step, why_none=rows.why_none, rows=shown)


def _draft(asked: PromptPreviewIn) -> PromptVersion:
    if problems := check_prompt({"key": _KEY, "body": asked.body, "system": asked.system}):
        raise PromptRefused(problems)
    return PromptVersion(key=_KEY, version=0, system=asked.system, body=asked.body, response_schema=None)


async def _rows(site: Site, asked: PromptPreviewIn) -> _Rows:
    if asked.definition is None:
        items = await Sets(site.reads).sample(limit=asked.items)
        values: dict[str, Json] = {"params": {}, "instance": no_instance(definition=_KEY), "steps": {}, "shard": None}
        return _Rows(items, values, why_none=None if items else "no question was uploaded or generated yet")
    try:
        found = await site.prompt_rows.of(asked.definition, asked.step, limit=asked.items)
    except UnknownStep as error:
        raise Missing(str(error), hint=f"See /definitions/{asked.definition}.") from error
    if found.items:
        return _Rows(found.items, found.values, instance_id=found.instance_id, step=found.step.key)
    items = await _questions(site, found.step, limit=asked.items)
    missing = f"no instance of {asked.definition!r} has made items for step {found.step.key!r} yet: rehearse it first"
    return _Rows(items, found.values, step=found.step.key, why_none=None if items else missing)


async def _questions(site: Site, step: Step, *, limit: int) -> list[Json]:
    """The rows that a step would explain which has not run yet."""
    if step.params.get("table") != _QUESTIONS:
        return []
    rows = await Sets(site.reads).sample(limit=limit)
    fields = step.params.get("fields")
    return [_only(row, fields) if isinstance(fields, list) else row for row in rows]


def _only(row: Mapping[str, Any], fields: Sequence[Any]) -> dict[str, Json]:
    return {name: value for name, value in row.items() if name == "id" or name in fields}


def _rendered(draft: PromptVersion, rows: _Rows) -> list[PromptRow]:
    system = try_system(draft, rows.values)
    return [_row(system, try_item(draft, item, rows.values)) for item in rows.items]


def _row(system: Trial, trial: Trial) -> PromptRow:
    problem = system.error and f"system: {system.error}"
    return PromptRow(
        item=trial.item,
        system=system.prompt,
        prompt=trial.prompt,
        tokens=system.tokens + trial.tokens,
        problem=problem or trial.error,
    )
