"""Renders a version of a prompt, or a draft, on items that are given. Pure: sends nothing, and knows no database."""

from collections.abc import Mapping
from dataclasses import dataclass

from definitions.errors import ExpressionError
from runners.base import Json
from runners.prompts import PromptVersion
from runners.providers.tokens import estimate_tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What became of one item: its prompt, or why there is none."""

    item: Json
    prompt: str | None = None
    tokens: int = 0
    error: str | None = None


def try_system(prompt: PromptVersion, values: Mapping[str, Json]) -> Trial:
    """Render the system text, which all items share."""
    try:
        text = prompt.render_system(values)
    except ExpressionError as error:
        return Trial(item=None, error=str(error))
    return Trial(item=None, prompt=text, tokens=estimate_tokens(text or ""))


def try_item(prompt: PromptVersion, item: Json, values: Mapping[str, Json]) -> Trial:
    """Render the prompt of one item."""
    try:
        text = prompt.render(values, item=item)
    except ExpressionError as error:
        return Trial(item=item, error=str(error))
    return Trial(item=item, prompt=text, tokens=estimate_tokens(text))


def no_instance(*, definition: str, version: int = 0) -> dict[str, Json]:
    """Return what templates see as ``instance`` where there is none."""
    about = {"id": 0, "definition": definition, "version": version, "trigger": "manual"}
    return about | {"scheduled_at": None, "created_at": None}
