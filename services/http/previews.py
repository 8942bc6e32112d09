"""What a definition would do: its graph, when it would fire, and what differs from the one that stands."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from definitions.cron import next_fires
from definitions.diagram import mermaid
from definitions.files import normal
from definitions.graph import StepGraph
from definitions.models import Definition
from engine.changes import changes
from services.http.shapes.definitions import ChangeOut, Preview


def preview_of(row: Mapping[str, Any], *, known: Mapping[str, Any] | None, now: datetime) -> Preview:
    """Return the preview of a definition that has no problems; ``known`` is the one that stands."""
    definition = Definition.model_validate(normal(row))
    graph = StepGraph(definition)
    return Preview(
        name=definition.name,
        graph={key: list(graph.children(key)) for key in graph.order},
        mermaid=mermaid(graph),
        next_fires=_fires(definition, now),
        is_new=known is None,
        changes=[] if known is None else changes_of(known, row),
    )


def changes_of(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[ChangeOut]:
    return [ChangeOut.model_validate(change) for change in changes(before, after)]


def _fires(definition: Definition, now: datetime) -> list[datetime]:
    if definition.cron is None:
        return []
    return next_fires(definition.cron, timezone=definition.timezone, after=now)
