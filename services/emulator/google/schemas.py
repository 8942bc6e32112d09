"""Google's ``responseSchema`` (a subset of OpenAPI, types in capitals) as the JSON Schema that it means."""

from collections.abc import Mapping
from typing import Any

NESTED = frozenset({"items"})
LISTS = frozenset({"anyOf", "any_of", "prefixItems", "prefix_items"})
SPELLINGS = {
    "any_of": "anyOf",
    "prefix_items": "prefixItems",
    "min_items": "minItems",
    "max_items": "maxItems",
    "min_length": "minLength",
    "max_length": "maxLength",
    "min_properties": "minProperties",
    "max_properties": "maxProperties",
}
NUMBERS = frozenset({"minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties"})
"""Written as strings by Google's clients, since they are 64-bit."""
DROPPED = frozenset({"nullable", "propertyOrdering", "property_ordering", "example"})


def json_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema as JSON Schema."""
    read = {SPELLINGS.get(name, name): _read(name, value) for name, value in schema.items() if name not in DROPPED}
    if schema.get("nullable") and isinstance(read.get("type"), str):
        read["type"] = [read["type"], "null"]
    return read


def _read(name: str, value: Any) -> Any:
    match value:
        case str() if name == "type":
            return value.lower()
        case dict() if name == "properties":
            return {key: json_schema(nested) for key, nested in value.items()}
        case dict() if name in NESTED:
            return json_schema(value)
        case list() if name in LISTS:
            return [json_schema(nested) for nested in value]
        case str() if SPELLINGS.get(name, name) in NUMBERS:
            return int(value)
        case _:
            return value
