"""Whether a JSON Schema lies in the subset that OpenAI can enforce ("strict"). Pure; knows nothing of requests.

The source is OpenAI's guide "Structured model outputs", section "Supported schemas". A schema outside it is still sent:
as guidance, without the promise. What is doubtful counts as outside, because a schema wrongly called strict is refused.
"""

from collections.abc import Iterator, Mapping

from runners.base import Json

_KEYWORDS = frozenset(
    {
        *("$defs", "$ref", "additionalProperties", "anyOf", "const", "description", "enum", "exclusiveMaximum"),
        *("exclusiveMinimum", "format", "items", "maxItems", "maximum", "minItems", "minimum", "multipleOf"),
        *("pattern", "properties", "required", "title", "type"),
    }
)
_FORMATS = frozenset({"date", "date-time", "duration", "email", "hostname", "ipv4", "ipv6", "time", "uuid"})
_SAYS_WHAT_IT_IS = frozenset({"$ref", "anyOf", "type"})


def fits_strict(schema: Mapping[str, Json]) -> bool:
    """Say whether the answer can be held to this schema: its root is an object, and every object in it is closed."""
    return schema.get("type") == "object" and "anyOf" not in schema and _is_strict(schema)


def _is_strict(schema: Json) -> bool:
    return (
        isinstance(schema, Mapping)
        and _KEYWORDS.issuperset(schema)
        and not _SAYS_WHAT_IT_IS.isdisjoint(schema)
        and schema.get("format", "date") in _FORMATS
        and _is_closed(schema)
        and all(_is_strict(part) for part in _parts(schema))
    )


def _is_closed(schema: Mapping[str, Json]) -> bool:
    """Say whether an object has no properties but the required ones, and an array says what it holds."""
    types = _types(schema)
    if "array" in types and "items" not in schema:
        return False
    if "object" not in types and "properties" not in schema:
        return True
    return schema.get("additionalProperties") is False and set(schema.get("required", ())) == set(
        schema.get("properties", ())
    )


def _types(schema: Mapping[str, Json]) -> list[str]:
    named = schema.get("type", [])
    return named if isinstance(named, list) else [named]


def _parts(schema: Mapping[str, Json]) -> Iterator[Json]:
    yield from schema.get("properties", {}).values()
    yield from schema.get("$defs", {}).values()
    yield from schema.get("anyOf", ())
    if "items" in schema:
        yield schema["items"]
