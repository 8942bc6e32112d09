"""What differs between two versions of a prompt, as unified diffs of its texts. Pure."""

import json
from collections.abc import Mapping
from difflib import unified_diff

from runners.base import Json

_FIELDS = ("system", "body", "response_schema")


def prompt_changes(before: Mapping[str, Json], after: Mapping[str, Json]) -> dict[str, list[str]]:
    """Return the lines of a unified diff for each field that differs; rows as ``Prompts.find`` gives them."""
    made = {field: _diff(field, before, after) for field in _FIELDS}
    return {field: lines for field, lines in made.items() if lines}


def _diff(field: str, before: Mapping[str, Json], after: Mapping[str, Json]) -> list[str]:
    old, new = (f"{field} (version {row['version']})" for row in (before, after))
    return list(unified_diff(_lines(before[field]), _lines(after[field]), old, new, lineterm=""))


def _lines(value: Json) -> list[str]:
    if value is None:
        return []
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True)
    return text.split("\n")
