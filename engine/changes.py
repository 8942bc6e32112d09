"""What differs between two definitions, by JSON path; steps are matched by key, not by position. Pure."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from definitions.files import normal


@dataclass(frozen=True, slots=True)
class Change:
    """One place that differs. ``before`` or ``after`` is None where the place is absent."""

    path: str
    before: Any
    after: Any

    def __str__(self) -> str:
        if self.before is None:
            return f"{self.path}: added {_short(self.after)}"
        if self.after is None:
            return f"{self.path}: removed {_short(self.before)}"
        return f"{self.path}: {_short(self.before)} → {_short(self.after)}"


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Return every place in which the second definition differs from the first, defaults filled in."""
    old, new = normal(before), normal(after)
    found = list(_differ("", _without_steps(old), _without_steps(new)))
    old_steps = {step["key"]: step for step in old["steps"]}
    new_steps = {step["key"]: step for step in new["steps"]}
    for key in [*old_steps, *(key for key in new_steps if key not in old_steps)]:
        found += _differ(f"steps.{key}", old_steps.get(key), new_steps.get(key))
    return found


def _without_steps(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != "steps"}


def _differ(path: str, before: Any, after: Any) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*before, *(key for key in after if key not in before)]:
            yield from _differ(f"{path}.{key}".lstrip("."), before.get(key), after.get(key))
    else:
        yield Change(path, before, after)


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 200 else text[:199] + "…"
