"""Definitions as text and back. Reads and writes no file: text comes in and goes out.

A file's keys are the columns of ``batch_definition`` that people set. Export leaves out what equals the default, and
``normal`` puts it back, so that two spellings of one definition compare equal and an export that
is applied changes nothing.
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from definitions.documents import core_resolvers, parse_text
from definitions.errors import DefinitionError, Problem
from definitions.models import Definition, Parallel, Retry, Step, Tolerate
from definitions.values import Json, kind

_PARTS: dict[str, type[BaseModel]] = {"retry": Retry, "parallel": Parallel, "tolerate": Tolerate}
_ABSENT = object()
_LINE_BREAKS = frozenset("\x85\u2028\u2029\ufeff")
"""What YAML takes for a line break or a byte order mark, and PyYAML writes unescaped unless it is quoted."""


def parse_documents(text: str, *, source: str) -> list[dict[str, Json]]:
    """Return the definitions in YAML or JSON text: one a document, or a list of them.

    Raises:
        DefinitionError: the text does not parse or holds something else; the problems name source, line and column.
    """
    found = []
    for number, document in enumerate(parse_text(text, source=source), start=1):
        for definition in document if isinstance(document, list) else [document]:
            if definition is None:
                continue
            if not isinstance(definition, dict):
                raise DefinitionError([Problem(source, f"document {number} is a {kind(definition)}, not a definition")])
            found.append(definition)
    return found


def dump_definition(definition: Mapping[str, Json]) -> str:
    """Return a definition as YAML: the columns in their order, without what equals the default."""
    trimmed = _trimmed(normal(definition), Definition)
    columns = {key: part for key, part in trimmed.items() if key != "steps"}
    ordered = columns | ({"steps": _trimmed_steps(trimmed["steps"])} if "steps" in trimmed else {})
    return yaml.dump(ordered, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)


def normal(definition: Mapping[str, Json]) -> dict[str, Json]:
    """Return the definition with every default filled in, in the order of the model; what is unknown stays, at the end.

    Nothing is validated: what has the wrong shape is returned as it is.
    """
    filled = _filled(definition, Definition)
    if filled.get("budget_usd") is not None:
        filled["budget_usd"] = _plain_number(filled["budget_usd"])
    if isinstance(filled.get("steps"), list | tuple):
        filled["steps"] = [_normal_step(step) if isinstance(step, Mapping) else step for step in filled["steps"]]
    return filled


def _normal_step(step: Mapping[str, Json]) -> dict[str, Json]:
    filled = _filled(step, Step)
    for name in ("retry", "parallel"):
        if isinstance(filled.get(name), Mapping):
            filled[name] = _filled(filled[name], _PARTS[name])
    parallel = filled.get("parallel")
    if isinstance(parallel, dict) and isinstance(parallel.get("tolerate"), Mapping):
        parallel["tolerate"] = _filled(parallel["tolerate"], Tolerate)
    if filled.get("runner") is None:
        filled["runner"] = filled.get("key")
    return filled


def _filled(given: Mapping[str, Json], model: type[BaseModel]) -> dict[str, Json]:
    """Return the fields of a model in its order, absent ones (and null where null means absent) by their default."""
    made: dict[str, Json] = {}
    for key, default in _defaults(model).items():
        value = given[key] if key in given else _copied(default)
        if value is not _ABSENT:
            made[key] = value
    if model is Definition and made.get("params_schema") is None:
        made["params_schema"] = {"type": "object"}
    return made | {key: value for key, value in given.items() if key not in made}


@lru_cache(maxsize=8)
def _defaults(model: type[BaseModel]) -> Mapping[str, Json]:
    return MappingProxyType({field.alias or name: _default(field) for name, field in model.model_fields.items()})


def _copied(default: Json) -> Json:
    if isinstance(default, dict):
        return {key: _copied(value) for key, value in default.items()}
    return [_copied(value) for value in default] if isinstance(default, list) else default


def _default(field: FieldInfo) -> Json:
    if field.is_required():
        return _ABSENT
    default = field.get_default(call_default_factory=True, validated_data={})
    return _plain_default(default)


def _plain_default(default: Any) -> Json:
    if isinstance(default, BaseModel):
        return default.model_dump(mode="json", by_alias=True)
    return [str(part) for part in default] if isinstance(default, tuple) else default


def _plain_number(value: Any) -> Json:
    """A budget is a decimal in the database and a number or text in a file; all spellings compare equal."""
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        return value
    if not number.is_finite():
        return value
    return int(number) if number == int(number) else float(number)


def _trimmed(filled: Mapping[str, Json], model: type[BaseModel]) -> dict[str, Json]:
    defaults = _defaults(model)
    return {key: value for key, value in filled.items() if not _same(value, defaults.get(key, _ABSENT))}


def _same(value: Json, default: Json) -> bool:
    """Say whether two values are one in JSON too, where true is not 1."""
    return isinstance(value, bool) == isinstance(default, bool) and bool(value == default)


def _trimmed_steps(steps: Json) -> Json:
    if not isinstance(steps, list):
        return steps
    return [_trimmed_step(step) if isinstance(step, dict) else step for step in steps]


def _trimmed_step(step: dict[str, Json]) -> dict[str, Json]:
    trimmed = _trimmed(step, Step)
    if trimmed.get("runner") == trimmed.get("key"):
        trimmed.pop("runner", None)
    for name in ("retry", "parallel"):
        if isinstance(trimmed.get(name), dict):
            trimmed[name] = _trimmed(trimmed[name], _PARTS[name])
    parallel = trimmed.get("parallel")
    if isinstance(parallel, dict) and isinstance(parallel.get("tolerate"), dict):
        parallel["tolerate"] = _trimmed(parallel["tolerate"], Tolerate)
    return trimmed


class _Dumper(yaml.SafeDumper):
    """Writes multi-line text as blocks, quotes what some reader would take for another type, uses no aliases."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's signature
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002 - PyYAML's signature
        super().increase_indent(flow, False)


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    if not _LINE_BREAKS.isdisjoint(text):
        style = '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(Decimal, lambda dumper, value: dumper.represent_data(_plain_number(value)))
_Dumper.yaml_implicit_resolvers = {
    start: [*_Dumper.yaml_implicit_resolvers.get(start, []), *core_resolvers().get(start, [])]
    for start in {*_Dumper.yaml_implicit_resolvers, *core_resolvers()}
}
