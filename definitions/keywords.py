"""The keywords of JSON Schema that match patterns, on ``definitions.patterns``: the library's own ask Python's ``re``.
Beside them, the one that is ours: ``x-table``.

Decides what each says of a value. What a mismatch is called, and how much work a check may take, is decided elsewhere.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from definitions.patterns import compiled
from definitions.tables import table_problem

Keyword = Callable[[Any, Any, Any, Any], Any]
Matches = Callable[[str, str], bool]


def matches(pattern: str, text: str) -> bool:
    """Say whether a pattern is in a text.

    Raises:
        PatternError: it is no pattern.
    """
    return compiled(pattern).is_in(text)


def pattern_keywords(matches: Matches) -> Mapping[str, Keyword]:
    """Return the keywords that match patterns, by the given way to do so."""
    found = _PatternKeywords(matches)
    return {
        "pattern": found.pattern,
        "patternProperties": found.pattern_properties,
        "additionalProperties": found.additional_properties,
        "unevaluatedProperties": found.unevaluated_properties,
    }


def table_keyword(_validator: Any, marked: Any, instance: Any, _schema: Any) -> Iterator[ValidationError]:
    """``x-table``: the text names a table to write to, which is none of the engine's or of PostgreSQL's."""
    if marked is True and isinstance(instance, str) and (problem := table_problem(instance)):
        yield ValidationError(problem)


class _PatternKeywords:
    def __init__(self, matches: Matches) -> None:
        self._matches = matches

    def pattern(self, _validator: Any, pattern: str, instance: Any, _schema: Any) -> Iterator[ValidationError]:
        if isinstance(instance, str) and not self._matches(pattern, instance):
            yield ValidationError(f"{instance!r} does not match {pattern!r}")

    def pattern_properties(self, validator: Any, named: Any, instance: Any, _schema: Any) -> Iterator[ValidationError]:
        if not isinstance(instance, dict):
            return
        for pattern, subschema in named.items():
            for name in (name for name in instance if self._matches(pattern, name)):
                yield from validator.descend(instance[name], subschema, path=name, schema_path=pattern)

    def additional_properties(self, validator: Any, wanted: Any, instance: Any, schema: Any) -> Iterator[Any]:
        if not isinstance(instance, dict):
            return
        extras = [name for name in instance if not self._is_listed(name, schema)]
        if isinstance(wanted, dict):
            for name in extras:
                yield from validator.descend(instance[name], wanted, path=name)
        elif not wanted and extras:
            yield ValidationError(f"no field may be named {', '.join(map(repr, extras))}")

    def unevaluated_properties(self, validator: Any, wanted: Any, instance: Any, schema: Any) -> Iterator[Any]:
        if not isinstance(instance, dict):
            return
        known = set(self._evaluated(validator, instance, schema))
        unfit = [name for name in instance if name not in known and _fails(validator.descend(instance[name], wanted))]
        if unfit:
            yield ValidationError(f"no field may be named {', '.join(map(repr, unfit))}")

    def _evaluated(self, validator: Any, instance: dict[str, Any], schema: Any) -> Iterator[str]:
        """Yield the fields that a schema, or one beside it that holds for the same value, says something of."""
        if not isinstance(schema, Mapping):
            return
        yield from (name for name in instance if self._is_listed(name, schema))
        for keyword in ("additionalProperties", "unevaluatedProperties"):
            if (subschema := schema.get(keyword)) is not None:
                yield from (name for name in instance if not _fails(validator.descend(instance[name], subschema)))
        for part, under in _in_place(validator, instance, schema):
            yield from self._evaluated(under, instance, part)

    def _is_listed(self, name: str, schema: Mapping[str, Any]) -> bool:
        patterns = schema.get("patternProperties", ())
        return name in schema.get("properties", ()) or any(self._matches(pattern, name) for pattern in patterns)


def _in_place(validator: Any, instance: dict[str, Any], schema: Mapping[str, Any]) -> Iterator[tuple[Any, Any]]:
    """Yield the schemas that hold for the same value beside this one, each with the validator that knows its place."""
    for keyword in ("$ref", "$dynamicRef"):
        if (reference := schema.get(keyword)) is not None:
            resolved = validator._resolver.lookup(reference)  # noqa: SLF001 - no other way leads to a reference
            yield resolved.contents, validator.evolve(schema=resolved.contents, _resolver=resolved.resolver)
    for name, subschema in schema.get("dependentSchemas", {}).items():
        if name in instance:
            yield subschema, validator
    for keyword in ("allOf", "oneOf", "anyOf"):
        for subschema in schema.get(keyword, ()):
            if not _fails(validator.descend(instance, subschema)):
                yield subschema, validator
    yield from ((subschema, validator) for subschema in _chosen(validator, instance, schema))


def _chosen(validator: Any, instance: dict[str, Any], schema: Mapping[str, Any]) -> Iterator[Any]:
    if "if" not in schema:
        return
    if _fails(validator.descend(instance, schema["if"])):
        yield schema.get("else")
    else:
        yield schema["if"]
        yield schema.get("then")


def _fails(errors: Iterator[Any]) -> bool:
    return next(errors, None) is not None


_extend: Any = extend
LinearValidator: Any = _extend(Draft202012Validator, pattern_keywords(matches))
"""Draft 2020-12, whose patterns take time that grows with the text and no more."""
