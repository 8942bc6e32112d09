"""YAML and JSON text to plain data. Every error names the source, the line and the column.

The YAML is the part that means the same everywhere: the core types of YAML 1.2 and nothing else. A date, ``on`` and
``yes`` are strings; a key is always its text; tags and merge keys are refused; aliases may not blow up. The events
of the parser are checked first, one by one, so neither depth nor aliases reach the recursive part.
"""

import json
import re
from collections.abc import Hashable, Mapping
from typing import Any, NoReturn

import yaml

from definitions.errors import DefinitionError, Problem
from definitions.values import Json

MAX_CHARACTERS = 16_000_000
_MAX_DEPTH = 60
_MAX_ALIASES = 1_000
_MAX_VALUES = 2_000_000
_MAX_DIGITS = 400
_TAB = ": it is a tab, and YAML indents with spaces only"
_TOO_MANY_DIGITS = f"a number has more than {_MAX_DIGITS} digits"
_PLAIN = {
    "null": (re.compile(r"null|Null|NULL|~|"), ["n", "N", "~", ""]),
    "bool": (re.compile(r"true|True|TRUE|false|False|FALSE"), list("tTfF")),
    "int": (re.compile(r"[-+]?(?:0|[1-9][0-9]*)"), list("-+0123456789")),
    "float": (
        re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*(?:[eE][-+]?[0-9]+)?|[eE][-+]?[0-9]+))"),
        list("-+.0123456789"),
    ),
}


def parse_text(text: str, *, source: str) -> list[Json]:
    """Return the documents in YAML or JSON text; ``source`` is the name that errors give it.

    Raises:
        DefinitionError: the text does not parse, has duplicate keys, or is too large.
    """
    if len(text) > MAX_CHARACTERS:
        raise _error(source, f"the text has {len(text):,} characters; at most {MAX_CHARACTERS:,} are allowed")
    if source.endswith(".json") or text.lstrip()[:1] in {"{", "["}:
        return _json(text, source)
    return _yaml(text, source)


def core_resolvers() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    """Return PyYAML's table of what a plain scalar may be, for the core types only."""
    table: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    for name, (pattern, starts) in _PLAIN.items():
        for start in starts:
            table.setdefault(start, []).append((f"tag:yaml.org,2002:{name}", re.compile(f"(?:{pattern.pattern})$")))
    return table


def _error(source: str, message: str) -> DefinitionError:
    return DefinitionError([Problem(source, message)])


def _json(text: str, source: str) -> list[Json]:
    try:
        return [json.loads(text, object_pairs_hook=_pairs, parse_int=_int, parse_constant=_refuse_constant)]
    except RecursionError:
        raise _error(source, f"nested more than {_MAX_DEPTH} levels deep") from None
    except json.JSONDecodeError as error:
        if source.endswith(".json"):
            raise _error(f"{source}:{error.lineno}:{error.colno}", error.msg) from error
    except ValueError as error:
        if source.endswith(".json") and not isinstance(error, _DuplicateKeyError):
            raise _error(source, str(error)) from error
    return _yaml(text, source)


class _DuplicateKeyError(ValueError):
    """A JSON object has a key twice. JSON's parser cannot say where; the YAML parser, which reads JSON, can."""


def _pairs(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise _DuplicateKeyError
    return made


def _int(digits: str) -> int:
    if len(digits) > _MAX_DIGITS:
        raise ValueError(_TOO_MANY_DIGITS)
    return int(digits)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _yaml(text: str, source: str) -> list[Json]:
    try:
        _check_events(text)
        return list(yaml.load_all(text, Loader=_Loader))
    except yaml.YAMLError as error:
        raise _yaml_error(error, text, source) from error
    except UnicodeEncodeError as error:
        line, column = text.count("\n", 0, error.start) + 1, error.start - text.rfind("\n", 0, error.start)
        raise _error(f"{source}:{line}:{column}", "half a surrogate pair is not a character") from error


def _yaml_error(error: yaml.YAMLError, text: str, source: str) -> DefinitionError:
    mark = getattr(error, "problem_mark", None)
    where = f"{source}:{mark.line + 1}:{mark.column + 1}" if mark else source
    return _error(where, _words(error) + (_TAB if mark and _is_tab(text, mark) else ""))


def _words(error: yaml.YAMLError) -> str:
    said = [part for part in (getattr(error, "context", None), getattr(error, "problem", None)) if part]
    return ", ".join(said) or " ".join(str(error).split())


def _is_tab(text: str, mark: Any) -> bool:
    lines = text.splitlines()[mark.line : mark.line + 1]
    return any(line[mark.column : mark.column + 1] == "\t" for line in lines)


def _refuse(message: str, mark: Any) -> NoReturn:
    raise yaml.MarkedYAMLError(problem=message, problem_mark=mark)


def _check_events(text: str) -> None:
    depth = aliases = count = 0
    weights = _Weights()
    for event in yaml.parse(text, Loader=_BaseLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        aliases += isinstance(event, yaml.AliasEvent)
        count = weights.after(event)
        if depth > _MAX_DEPTH:
            _refuse(f"nested more than {_MAX_DEPTH} levels deep", event.start_mark)
        if count > _MAX_VALUES or aliases > _MAX_ALIASES:
            _refuse("too many values, or too many aliases", event.start_mark)
        if (tag := getattr(event, "tag", None)) is not None:
            _refuse(f"the tag {tag} is not supported: write plain data", event.start_mark)


class _Weights:
    """Counts the values of a text as if every alias were written out."""

    def __init__(self) -> None:
        self._total = 0
        self._open: list[tuple[str | None, int]] = []
        self._anchored: dict[str, int] = {}

    def after(self, event: yaml.Event) -> int:
        """Return the count after one more event."""
        match event:
            case yaml.AliasEvent():
                if event.anchor not in self._anchored:
                    _refuse(f"the alias *{event.anchor} refers to nothing before it, or to itself", event.start_mark)
                self._total += self._anchored[event.anchor]
            case yaml.CollectionStartEvent():
                self._open.append((event.anchor, self._total))
                self._total += 1
            case yaml.CollectionEndEvent():
                anchor, before = self._open.pop()
                self._anchor(anchor, self._total - before)
            case yaml.ScalarEvent():
                self._total += 1
                self._anchor(event.anchor, 1)
            case yaml.DocumentStartEvent():
                self._anchored = {}
        return self._total

    def _anchor(self, anchor: str | None, weight: int) -> None:
        if anchor is not None:
            self._anchored[anchor] = weight


_BaseLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_BaseLoader):  # type: ignore[misc]  # the C loader where libyaml is there, which mypy cannot see
    """A safe loader that knows the core types only."""

    yaml_implicit_resolvers = core_resolvers()

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        made: dict[Hashable, Any] = {}
        for key_node, value_node in node.value:
            made[self._key(key_node, made)] = self.construct_object(value_node, deep=deep)
        return made

    def _key(self, node: Any, made: Mapping[Hashable, Any]) -> str:
        if not isinstance(node, yaml.ScalarNode):
            _refuse("a key must be text", node.start_mark)
        if node.value == "<<" and not node.style:
            _refuse('merge keys ("<<") are not supported: write the fields out', node.start_mark)
        if node.value in made:
            _refuse(f'duplicate key "{node.value}"', node.start_mark)
        return str(node.value)


def _construct_number(_: Any, node: Any) -> int | float:
    if len(node.value) > _MAX_DIGITS:
        _refuse(_TOO_MANY_DIGITS, node.start_mark)
    return int(node.value) if node.tag.endswith("int") else float(node.value)


def _construct_map(loader: Any, node: Any) -> dict[Hashable, Any]:
    return _Loader.construct_mapping(loader, node, deep=True)


_Loader.add_constructor("tag:yaml.org,2002:int", _construct_number)
_Loader.add_constructor("tag:yaml.org,2002:float", _construct_number)
_Loader.add_constructor("tag:yaml.org,2002:map", _construct_map)
