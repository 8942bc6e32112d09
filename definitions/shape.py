"""The shape of a definition, by the pydantic model, with pydantic's errors put into our words and paths."""

import json
import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from definitions.errors import Problem, did_you_mean
from definitions.marks import key_path
from definitions.models import KEY_PATTERN, Definition, Parallel, Retry, Step, Tolerate
from definitions.values import described

_MODELS: Mapping[str, type[BaseModel]] = {"retry": Retry, "parallel": Parallel, "tolerate": Tolerate, "steps": Step}
_WANTED = {
    "string_type": "must be a string",
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "decimal_type": "must be a number",
    "decimal_parsing": "must be a number",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "tuple_type": "must be a list",
    "finite_number": "must be a finite number",
    "missing": "is required",
}


def check_shape(row: Mapping[str, Any]) -> list[Problem]:
    """Return what has the wrong type, is out of range, missing or unknown."""
    try:
        Definition.model_validate(row)
    except ValidationError as error:
        details = error.errors(include_url=False)
        return [_problem(detail) for detail in details if not _follows_from_others(detail)]
    return []


def json_path(location: tuple[int | str, ...]) -> str:
    """Return ``steps[3].nextSteps[0]`` for the keys and indexes on the way."""
    return "".join(key_path(part) for part in location).removeprefix(".")


def _follows_from_others(detail: ErrorDetails) -> bool:
    """pydantic calls a list too short when its entries are wrong."""
    return detail["type"] == "too_short" and bool(detail["input"])


def _problem(detail: ErrorDetails) -> Problem:
    location = detail["loc"]
    if detail["type"] == "extra_forbidden":
        known = _fields(location[:-1])
        name = str(location[-1])
        hint = did_you_mean(name, known) or f"; known: {', '.join(known)}"
        return Problem(json_path(location), f'unknown field "{name[:60]}"{hint}')
    if location and location[-1] == "[key]":
        location = location[:-1]
    return Problem(json_path(location) or "definition", _message(detail))


def _fields(location: tuple[int | str, ...]) -> list[str]:
    names = [part for part in location if isinstance(part, str)]
    model = _MODELS[names[-1]] if names else Definition
    return [field.alias or name for name, field in model.model_fields.items()]


def _message(detail: ErrorDetails) -> str:
    kind, given, context = detail["type"], detail["input"], detail.get("ctx", {})
    match kind:
        case "missing":
            return _WANTED[kind]
        case "enum":
            known = re.findall(r"'([^']*)'", str(context.get("expected", "")))
            return f"{_shown(given)} is none of {', '.join(known)}{did_you_mean(str(given), known)}"
        case "string_pattern_mismatch" if context.get("pattern") == KEY_PATTERN:
            return f"{_shown(given)} is not a key: a lower-case letter, then letters, digits and _, at most 63 in all"
        case "too_short" | "too_long":
            return f"has {context.get('actual_length')} entries, but {_bound(context)} allowed"
    if kind in _WANTED:
        return f"{_WANTED[kind]}, not {described(given)}"
    said = (
        detail["msg"].removeprefix("Input should ").removeprefix("String should ").removeprefix("Decimal input should ")
    )
    return f"{_shown(given)} should {said}"


def _bound(context: Mapping[str, Any]) -> str:
    return (
        f"at least {context['min_length']} is" if "min_length" in context else f"at most {context['max_length']:,} are"
    )


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return json.dumps(value[:60], ensure_ascii=False)
    return described(value)
