"""What a JSON Schema asks for, compiled once into a function that makes values of it.

Decides which branch, which optional property and how many items. What is too intricate to be built right at once
(``oneOf``, ``not``, ``if`` and their like) is built, checked with jsonschema, and drawn again.
"""

import json
from collections.abc import Callable, Mapping, Sequence

from jsonschema import SchemaError
from jsonschema.protocols import Validator

from definitions.keywords import LinearValidator
from runners.base import Json
from runners.providers.answers_containers import array_maker, object_maker
from runners.providers.answers_draw import Draw
from runners.providers.answers_merge import ANNOTATIONS, References
from runners.providers.answers_scalars import Maker, Schema, integer_maker, number_maker, string_maker

_CHECKED = frozenset(
    {"oneOf", "not", "if", "contains", "dependentRequired", "dependentSchemas", "patternProperties", "propertyNames"}
    | {"unevaluatedProperties", "unevaluatedItems"}
)
_TRIES = 40
_DEEPEST = 40
_NULL_IN = 8
"""Where null is allowed beside something else, it is made once in so many times."""
_TYPE_OF_KEYWORD = {
    "properties": "object",
    "required": "object",
    "additionalProperties": "object",
    "minProperties": "object",
    "items": "array",
    "prefixItems": "array",
    "minItems": "array",
    "maxItems": "array",
    "minimum": "number",
    "maximum": "number",
    "exclusiveMinimum": "number",
    "exclusiveMaximum": "number",
    "multipleOf": "number",
}
_PLAIN: Mapping[str, Callable[[Schema, str], Maker]] = {
    "integer": integer_maker,
    "number": number_maker,
    "boolean": lambda _schema, _path: lambda draw: draw.one_in(2),
    "null": lambda _schema, _path: lambda _draw: None,
}


def schema_maker(schema: Schema) -> Maker:
    """Return what makes values that fit the schema.

    Raises:
        ValueError: the schema is not valid, or allows nothing; the message has the path. Some schemas only show it
            when a value is made, so the returned function raises it too.
    """
    try:
        LinearValidator.check_schema(schema, format_checker=None)
    except SchemaError as problem:
        raise ValueError(f"the response schema is not valid at {problem.json_path}: {problem.message}") from problem
    return _Compiler(schema).maker(schema, "$", "")


class _Compiler:
    def __init__(self, root: Schema) -> None:
        self._references = References(root)
        self._validator = LinearValidator(root)
        self._recursive: dict[tuple[str, str], Maker] = {}

    def maker(self, schema: Json, path: str, name: str) -> Maker:
        """Return the maker of one value; ``name`` is that of the property it stands in."""
        if isinstance(schema, Mapping) and self._is_recursive(schema, path):
            return self._later(schema, path, name)
        return self._now(schema, path, name)

    def _is_recursive(self, schema: Schema, path: str) -> bool:
        targets = {named: self._references.target(named, path) for named in self._references.direct(schema)}
        return any(named in self._references.reachable(target) for named, target in targets.items())

    def _later(self, schema: Schema, path: str, name: str) -> Maker:
        """Compile a schema that holds itself when its first value is made."""
        key = (json.dumps(schema), name)

        def make(draw: Draw) -> Json:
            if draw.depth > _DEEPEST:
                raise ValueError(f"{path}: the schema never ends, it requires itself; make it optional somewhere")
            if key not in self._recursive:
                self._recursive[key] = self._now(schema, path, name)
            draw.depth += 1
            value = self._recursive[key](draw)
            draw.depth -= 1
            return value

        return make

    def _now(self, schema: Json, path: str, name: str) -> Maker:
        flat = self._references.flat(schema, path)
        make = self._unchecked(flat, path, name)
        if flat.keys() & _CHECKED or _is_put_together(schema):
            return _checked(make, self._validator.evolve(schema=schema), path)
        return make

    def _unchecked(self, schema: dict[str, Json], path: str, name: str) -> Maker:
        if "const" in schema or "enum" in schema:
            return _chosen(self._choices(schema, path))
        for keyword in ("anyOf", "oneOf"):
            if keyword in schema:
                return self._branches(schema, keyword, path, name)
        types = schema.get("type") or _implied(schema)
        if isinstance(types, list):
            return self._any([{**schema, "type": one} for one in types], path, name)
        return self._typed(types, schema, path, name)

    def _choices(self, schema: Schema, path: str) -> list[Json]:
        listed = [schema["const"]] if "const" in schema else schema["enum"]
        allowed = self._validator.evolve(schema=schema).is_valid
        if not (choices := [value for value in listed if allowed(value)]):
            raise ValueError(f"{path}: none of {listed!r} fits the rest of the schema there")
        return choices

    def _branches(self, schema: dict[str, Json], keyword: str, path: str, name: str) -> Maker:
        beside = {key: value for key, value in schema.items() if key != keyword}
        if beside.keys() <= ANNOTATIONS:
            return self._any(schema[keyword], path, name)
        return self._any([{"allOf": [beside, branch]} for branch in schema[keyword]], path, name)

    def _any(self, branches: Sequence[Json], path: str, name: str) -> Maker:
        """Make one of the branches; null seldom, and when it is time to end, the one that ends soonest."""
        ordered = sorted((branch for branch in branches if branch is not False), key=self._size)
        makers = self._possible(ordered, path, name)
        simplest = makers[0]
        may_be_null = len(makers) > 1 and _kind(ordered[0]) == "null"
        telling = makers[1:] if may_be_null else makers

        def make(draw: Draw) -> Json:
            if draw.is_shallow or (may_be_null and draw.one_in(_NULL_IN)):
                return simplest(draw)
            return draw.pick(telling)(draw)

        return make

    def _possible(self, branches: Sequence[Json], path: str, name: str) -> list[Maker]:
        """Return makers for the branches that allow something: one that contradicts what stands beside is no choice."""
        makers, problems = [], []
        for branch in branches:
            try:
                makers.append(self.maker(branch, path, name))
            except ValueError as problem:
                problems.append(str(problem))
        if not makers:
            raise ValueError(f"{path}: no branch is possible: {'; '.join(problems) or 'all are false'}")
        return makers

    def _size(self, branch: Json) -> tuple[int, int]:
        """Order branches: what leads back to where it stands reaches more references than what does not."""
        order = {"null": 0, "array": 2, "object": 3}
        return len(self._references.reachable(branch)), order.get(_kind(branch), 1)

    def _typed(self, kind: str, schema: Schema, path: str, name: str) -> Maker:
        match kind:
            case "object":
                return object_maker(schema, path, compiled=self.maker)
            case "array":
                return array_maker(schema, path, name=name, compiled=self.maker)
            case "string":
                return string_maker(schema, path, name=name)
            case _:
                return _PLAIN[kind](schema, path)


def _is_put_together(schema: Json) -> bool:
    """Whether parts stand side by side, which may forbid each other's properties."""
    return isinstance(schema, Mapping) and "allOf" in schema


def _kind(schema: Json) -> str:
    kind = schema.get("type") if isinstance(schema, Mapping) else None
    return kind if isinstance(kind, str) else ""


def _implied(schema: Schema) -> str:
    """Return the type that the other keywords are about; text where nothing tells."""
    return next((kind for keyword, kind in _TYPE_OF_KEYWORD.items() if keyword in schema), "string")


def _chosen(choices: Sequence[Json]) -> Maker:
    return lambda draw: draw.pick(choices)


def _checked(make: Maker, validator: Validator, path: str) -> Maker:
    def make_checked(draw: Draw) -> Json:
        for _ in range(_TRIES):
            if validator.is_valid(value := make(draw)):
                return value
        raise ValueError(f"{path}: {_TRIES} answers were made, and none fits the schema there; make it simpler")

    return make_checked
