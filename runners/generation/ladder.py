"""What becomes of one answer: good finish, JSON, repaired JSON, schema. Pure; decides whether it is accepted."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import json_repair

from definitions.schemas import check_params
from runners.base import Json
from runners.providers.base import Finish

_MOST_VIOLATIONS = 5
_SHOWN = 200

_FINISHES: Mapping[Finish, tuple[str, str]] = {
    Finish.LENGTH: ("cut_off", "the answer was cut off at maxOutputTokens; it has to be shorter, or the limit higher"),
    Finish.REFUSED: ("refused", "the model refused to answer"),
    Finish.FILTERED: ("filtered", "the provider's filter withheld the answer"),
    Finish.OTHER: ("unfinished", "the model stopped for another reason than being done"),
}


@dataclass(frozen=True, slots=True)
class Accepted:
    """The answer's value: parsed JSON, or text where no schema asks for JSON."""

    value: Json
    is_repaired: bool = False


@dataclass(frozen=True, slots=True)
class Rejected:
    """The answer cannot be used. ``reason`` groups, ``error`` tells people, and the model when it is asked again."""

    reason: str
    error: str


Verdict: TypeAlias = Accepted | Rejected


def judge(text: str | None, *, finish: Finish, schema: Mapping[str, Json] | None) -> Verdict:
    """Say whether an answer is accepted."""
    if finish is not Finish.STOP:
        reason, words = _FINISHES[finish]
        return Rejected(reason, f"{words}: {_shown(text)}" if text else words)
    if text is None or not text.strip():
        return Rejected("empty", "the answer is empty")
    if schema is None:
        return Accepted(text)
    return _fitting(text, schema)


def _fitting(text: str, schema: Mapping[str, Json]) -> Verdict:
    try:
        value, repaired = _parsed(text)
    except ValueError as error:
        return Rejected("not_json", f"the answer is not JSON ({error}): {_shown(text)}")
    if problems := check_params(value, schema, path="answer"):
        return Rejected("schema", "; ".join(str(problem) for problem in problems[:_MOST_VIOLATIONS]))
    return Accepted(value, repaired)


def _parsed(text: str) -> tuple[Json, bool]:
    try:
        return json.loads(text, parse_constant=_refuse), False
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except ValueError as error:
        first = error
    try:
        repaired = json_repair.loads(text, skip_json_loads=True)
    except (ValueError, RecursionError):
        raise first from None
    # What had no JSON in it at all comes back as an empty text or list.
    if repaired in ("", [], {}):
        raise first
    return repaired, True


def _refuse(constant: str) -> Json:
    raise ValueError(f"{constant} is not a JSON value")


def _shown(text: str | None) -> str:
    flat = " ".join((text or "").split())
    return flat if len(flat) <= _SHOWN else f"{flat[:_SHOWN]}..."
