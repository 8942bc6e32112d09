"""JSON Schema: is ``params_schema`` one, do params fit it, and what are its defaults. Fetches nothing."""

import copy
import json
from collections.abc import Iterable, Iterator, Mapping
from contextvars import ContextVar
from itertools import islice
from types import MappingProxyType
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from referencing import Registry
from referencing.exceptions import Unresolvable

from definitions.errors import ExpressionError, Problem, did_you_mean
from definitions.keywords import Keyword, pattern_keywords, table_keyword
from definitions.marks import Mark, Place, key_path
from definitions.patterns import PatternError, compiled
from definitions.templates import is_template
from definitions.values import Budget, Json, described, kind

_MOST_PROBLEMS = 50
_MAX_WORK = 50_000
_ABOUT_TYPE = frozenset({"type", "anyOf", "allOf", "$ref"})
"""What holds for a template between other text too: that renders to text, never to another type."""
_CANNOT = "cannot be checked"
_WORDS = {
    "object": "an object",
    "array": "a list",
    "integer": "a whole number",
    "null": "null",
    "boolean": "true or false",
}
_DATA = frozenset({"default", "const", "enum", "examples"})
_NO_REGISTRY: Registry[Any] = Registry()
_work: ContextVar[Budget] = ContextVar("work")


def check_params(params: Mapping[str, Json], schema: Mapping[str, Any], *, path: str = "params") -> list[Problem]:
    """Return where the params of an instance do not fit a definition's ``params_schema``."""
    return _problems(_Bounded(schema, registry=_NO_REGISTRY), params, path=path)


class StepParams:
    """The params of a runner, to check the steps of a definition against.

    What a template stands for is not known yet, so a string that has one passes where another type is wanted.
    """

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._validator = _Tolerant(schema, registry=_NO_REGISTRY)
        self.place = Place.root(schema)
        """Where the marks of the schema are found."""

    def problems(self, params: Mapping[str, Json], *, path: str) -> list[Problem]:
        """Return where a step's params do not fit the runner's schema."""
        return _problems(self._validator, params, path=path)


def apply_defaults(params: Mapping[str, Json], schema: Mapping[str, Any]) -> dict[str, Json]:
    """Return the params with the schema's ``default`` for each absent property, in objects and lists of objects too.

    A default is taken as it is written; ``$ref`` is followed, alternatives (``anyOf``, ...) are not.
    """
    made: dict[str, Json] = _with_defaults(copy.deepcopy(dict(params)), schema, root=schema)
    return made


def check_schema(schema: Any, *, path: str) -> list[Problem]:
    """Return what is wrong with a ``params_schema``: it must be a JSON Schema of an object, and stand alone."""
    if not isinstance(schema, Mapping):
        return []
    found = _problems(Draft202012Validator(Draft202012Validator.META_SCHEMA), schema, path=path)
    if schema.get("type") != "object":
        found.append(Problem(f"{path}.type", 'must be "object": the params of an instance are one'))
    return [*found, *_keywords(schema, path)] or _endless(schema, path)


def _endless(schema: Mapping[str, Any], path: str) -> list[Problem]:
    """A schema can be well-formed and still refer to itself without end; trying it tells."""
    return [problem for problem in check_params({}, schema, path=path) if problem.message.startswith(_CANNOT)]


def _problems(validator: Any, value: Json, *, path: str) -> list[Problem]:
    reset = _work.set(Budget(_MAX_WORK))
    try:
        described_errors = (problem for error in validator.iter_errors(value) for problem in _translated(error, path))
        return list(dict.fromkeys(islice(described_errors, _MOST_PROBLEMS)))
    except (RecursionError, ExpressionError):
        return [Problem(path, f"{_CANNOT}: the schema refers to itself without end, or takes too much work")]
    except PatternError as error:
        return [Problem(path, f"{_CANNOT}: {error}")]
    except Unresolvable as error:
        return [Problem(path, f"{_CANNOT}: the schema's {error.ref!r} leads nowhere")]
    finally:
        _work.reset(reset)


def _keywords(schema: Mapping[str, Any], path: str) -> Iterator[Problem]:
    """Yield references that lead elsewhere or nowhere, and patterns that are none. Iterative."""
    stack: list[tuple[Any, str]] = [(schema, path)]
    while stack:
        part, at = stack.pop()
        if isinstance(part, Mapping):
            yield from _keyword(part, schema, at)
            stack.extend((sub, at + key_path(str(key))) for key, sub in part.items() if key not in _DATA)
        elif isinstance(part, list):
            stack.extend((sub, f"{at}[{index}]") for index, sub in enumerate(part))


def _keyword(part: Mapping[str, Any], root: Mapping[str, Any], at: str) -> Iterator[Problem]:
    reference = part.get("$ref", part.get("$dynamicRef"))
    if isinstance(reference, str) and _resolved(reference, root) is None:
        yield Problem(
            f"{at}.$ref", f'"{reference[:100]}" leads nowhere: only references within the schema, #/$defs/...'
        )
    if isinstance(part.get("$id"), str):
        yield Problem(f"{at}.$id", "is not supported: the schema stands alone")
    yield from _patterns(part, at)


def _patterns(part: Mapping[str, Any], at: str) -> Iterator[Problem]:
    own, named = part.get("pattern"), part.get("patternProperties")
    found = [(own, "pattern")] if isinstance(own, str) else []
    found += [(name, "patternProperties") for name in (named if isinstance(named, Mapping) else ())]
    for pattern, keyword in found:
        try:
            compiled(pattern)
        except PatternError as error:
            yield Problem(f"{at}.{keyword}", str(error))


def _resolved(reference: str, root: Mapping[str, Any]) -> Any:
    if not (reference == "#" or reference.startswith("#/")):
        return None
    found: Any = root
    for part in reference[2:].split("/") if reference != "#" else ():
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(found, list) and name.isdecimal() and int(name[:9]) < len(found):
            found = found[int(name[:9])]
        else:
            found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _with_defaults(value: Json, schema: Any, *, root: Mapping[str, Any]) -> Json:
    seen = set[int]()
    while isinstance(schema, Mapping) and id(schema) not in seen:
        seen.add(id(schema))
        value = _with_own_defaults(value, schema, root=root)
        schema = _resolved(schema["$ref"], root) if isinstance(schema.get("$ref"), str) else None
    return value


def _with_own_defaults(value: Json, schema: Mapping[str, Any], *, root: Mapping[str, Any]) -> Json:
    if isinstance(value, list) and isinstance(items := schema.get("items"), Mapping):
        return [_with_defaults(item, items, root=root) for item in value]
    properties = schema.get("properties")
    if not (isinstance(value, dict) and isinstance(properties, Mapping)):
        return value
    made = {key: _with_defaults(part, properties.get(key), root=root) for key, part in value.items()}
    for key, sub in properties.items():
        if key not in made and isinstance(sub, Mapping) and "default" in sub:
            made[key] = copy.deepcopy(sub["default"])
    return made


def _translated(error: Any, path: str) -> Iterator[Problem]:
    """Yield an error in our words; of a union that fits in no way, what is wrong with the nearest alternative."""
    at = path + "".join(key_path(part) for part in error.absolute_path)
    fields = _alternative_fields(error.validator_value) if error.validator == "oneOf" else []
    if fields and isinstance(error.instance, Mapping):
        yield Problem(at, _exactly_one(fields, given=error.instance))
    elif error.context:
        yield from _nearest(error, path, at)
    elif error.validator == "required":
        for name in error.validator_value:
            if name not in error.instance:
                yield Problem(at + key_path(name), "is required")
    elif error.validator == "additionalProperties" and error.validator_value is False:
        yield from _unknown(error, at)
    else:
        yield Problem(at, _message(error))


def _alternative_fields(branches: Any) -> list[str]:
    """Return the fields of which exactly one is to be given, if that is all that the alternatives say; else none."""
    wanted = [branch.get("required") for branch in branches if isinstance(branch, Mapping) and len(branch) == 1]
    fields = [names[0] for names in wanted if isinstance(names, list) and len(names) == 1]
    return fields if len(fields) == len(branches) > 1 else []


def _exactly_one(fields: list[str], *, given: Mapping[str, Json]) -> str:
    found = ", ".join(name for name in fields if name in given) or "none"
    return f"give exactly one of {', '.join(fields[:-1])} and {fields[-1]}; given: {found}"


def _nearest(error: ValidationError, path: str, at: str) -> Iterator[Problem]:
    branches: dict[Any, list[ValidationError]] = {}
    for inner in error.context or ():
        branches.setdefault(inner.schema_path[0], []).append(inner)
    nearest = min(branches.values(), key=_distance)
    if _distance(nearest)[0] and all(inner.validator == "type" for branch in branches.values() for inner in branch):
        wanted = dict.fromkeys(_wanted(inner.validator_value) for branch in branches.values() for inner in branch)
        yield Problem(at, f"must be {' or '.join(wanted)}, not {described(error.instance)}")
        return
    for inner in nearest:
        yield from _translated(inner, path)


def _distance(errors: Iterable[ValidationError]) -> tuple[int, int]:
    """How far an alternative is from fitting: first whether it is another kind of thing, then how much is wrong."""
    listed = list(errors)
    another_kind = sum(
        (error.validator == "type" and not error.path) or (error.validator == "const" and len(error.path) <= 1)
        for error in listed
    )
    return another_kind, len(listed)


def _unknown(error: Any, at: str) -> Iterator[Problem]:
    schema = error.schema if isinstance(error.schema, Mapping) else {}
    known = list(schema.get("properties", ()))
    patterns = schema.get("patternProperties", ())
    for name in error.instance:
        if name not in known and not any(_matches(pattern, name) for pattern in patterns):
            hint = did_you_mean(name, known) or (f"; known: {', '.join(known[:30])}" if known else "")
            yield Problem(at + key_path(name), f'unknown field "{name[:60]}"{hint}')


def _message(error: Any) -> str:
    wanted, given = error.validator_value, described(error.instance)
    match error.validator:
        case "type":
            return f"must be {_wanted(wanted)}, not {given}"
        case "enum":
            hint = did_you_mean(str(error.instance), [one for one in wanted if isinstance(one, str)])
            return f"{given} is none of {_short(wanted)}{hint}"
        case "const":
            return f"must be {_short(wanted)}, not {given}"
        case "oneOf":
            return "fits more than one of the allowed forms"
        case "x-table" | None:
            return str(error.message) if error.validator else "is not allowed here"
    return f"{given} does not satisfy {error.validator} {_short(wanted)}"


def _wanted(types: Any) -> str:
    names = types if isinstance(types, list) else [types]
    return " or ".join(_WORDS.get(name, f"a {name}") for name in names)


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=kind)
    return text if len(text) <= 200 else f"{text[:197]}..."


def _counted(keyword: Keyword) -> Keyword:
    """A hostile schema can double its work with each ``$ref``; the budget ends that."""

    def check(validator: Any, value: Any, instance: Any, schema: Any) -> Any:
        _work.get().spend(1)
        return keyword(validator, value, instance, schema)

    return check


def _matches(pattern: str, text: str) -> bool:
    found = compiled(pattern)
    _work.get().spend(found.cost(text))
    return found.is_in(text)


def _tolerant(name: str, keyword: Keyword) -> Keyword:
    def check(validator: Any, value: Any, instance: Any, schema: Any) -> Any:
        if isinstance(instance, str) and is_template(instance) and not _is_marked(schema):
            text = instance.strip()
            if name not in _ABOUT_TYPE or (text.startswith("{{") and text.endswith("}}")):
                return ()
        return keyword(validator, value, instance, schema)

    return check


def _is_marked(schema: Mapping[str, Any]) -> bool:
    return schema.get(Mark.SQL.value) is True or schema.get(Mark.PER_ITEM.value) is True


_KEYWORDS: Mapping[str, Keyword] = MappingProxyType({**Draft202012Validator.VALIDATORS, **pattern_keywords(_matches)})
_extend: Any = extend
_Bounded: Any = _extend(Draft202012Validator, {name: _counted(check) for name, check in _KEYWORDS.items()})
_OF_STEPS: Mapping[str, Keyword] = MappingProxyType({**_KEYWORDS, "x-table": table_keyword})
_Tolerant: Any = _extend(Draft202012Validator, {name: _tolerant(name, check) for name, check in _OF_STEPS.items()})
