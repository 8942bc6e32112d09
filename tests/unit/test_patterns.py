"""Patterns of people and models: what may be one, what they match, and that none can hold a process."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from definitions.keywords import LinearValidator
from definitions.patterns import PatternError, compiled
from definitions.schemas import check_params

EVIL = "^(([a-z])+.)+[A-Z]([a-z])+$"
"""Python's own matcher tries some 2^60 ways on 60 letters."""
SCHEMAS = [
    {"properties": {"a" * 60: {"pattern": EVIL}}},
    {"patternProperties": {EVIL: {"type": "number"}}},
    {"patternProperties": {EVIL: {}}, "additionalProperties": False},
    {"patternProperties": {EVIL: {}}, "additionalProperties": {"type": "number"}},
    {"patternProperties": {EVIL: {}}, "unevaluatedProperties": False},
    {"allOf": [{"patternProperties": {EVIL: {}}}], "unevaluatedProperties": False},
    {"propertyNames": {"pattern": EVIL}},
]


@pytest.mark.timeout(20)
@pytest.mark.parametrize("schema", SCHEMAS)
def test_no_pattern_holds_a_process(schema: dict[str, object]) -> None:
    found = check_params({"a" * 60: "a" * 60}, {"type": "object", **schema})
    assert bool(found) is (list(schema) != ["patternProperties"])


@pytest.mark.timeout(20)
def test_a_long_text_under_a_large_pattern_is_refused_and_not_walked() -> None:
    schema = {"properties": {"a": {"anyOf": [{"pattern": "(?:[a-z]?){900}[a-z]{900}!"}] * 100}}}
    [problem] = check_params({"a": "abcdefg" * 20_000}, schema)
    assert "takes too much work" in problem.message


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"^[\uAC00-\uD7A3]+$", "가나다", True),
        (r"^\\u0041$", r"\u0041", True),
        (r"^\d{2}$", "12", True),
        (r"^\d{2}$", "12\n", False),
        (r"b", "abc", True),
        (r"^\p{L}+$", "Ünï", True),
        (r"[(?=]\(\?=", "?(?=", True),
        (r"^.$", "\ud800", True),
        (r"^a\x00b$", "a\x00b", True),
        ("", "", True),
    ],
)
def test_a_pattern_is_looked_for_as_json_schema_means_it(pattern: str, text: str, expected: bool) -> None:
    assert compiled(pattern).is_in(text) is expected


@pytest.mark.parametrize(
    "pattern", ["(?=a)", "(?!a)", "(?<=a)", "(?<!a)", r"(a)\1", r"\\\1", "(?P<n>a)(?P=n)", r"\k<n>"]
)
def test_no_pattern_looks_around_or_refers_back(pattern: str) -> None:
    with pytest.raises(PatternError, match="looks around or refers back"):
        compiled(pattern)


@pytest.mark.parametrize("pattern", ["(", "[a", "a**", r"\Z", "a{1,2000}", "((a{1,100}){1,100}){1,100}", "\ud800"])
def test_what_is_no_pattern_is_refused_with_the_reason(pattern: str) -> None:
    with pytest.raises(PatternError, match=r"is not a regular expression: ."):
        compiled(pattern)


def test_a_pattern_of_before_that_is_none_now_is_a_problem_and_no_traceback() -> None:
    [problem] = check_params({"a": "x"}, {"properties": {"a": {"pattern": "(?=x)"}}})
    assert str(problem).startswith('params: cannot be checked: "(?=x)" looks around')


SCHEMAS_IN_PLACE = [
    {"properties": {"a": {}}},
    {"patternProperties": {"^a": {}}},
    {"patternProperties": {"^a": {"type": "string"}}, "additionalProperties": {"type": "integer"}},
    {"$ref": "#/$defs/a"},
    {"$ref": "#/$defs/deep"},
    {"anyOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}, "required": ["c"]}]},
    {"oneOf": [{"properties": {"a": {"const": 1}}}, {"properties": {"a": {"const": 2}, "b": {}}}]},
    {"if": {"properties": {"a": {"const": 1}}}, "then": {"properties": {"b": {}}}},
    {"if": {"properties": {"a": {"const": 2}}}, "else": {"properties": {"b": {}}}},
    {"dependentSchemas": {"a": {"properties": {"b": {}}}, "c": {"properties": {"a": {}}}}},
    {"additionalProperties": True},
    {"allOf": [{"unevaluatedProperties": {"type": "integer"}}]},
]
VALUES = [{}, {"a": 1}, {"a": 2, "b": 2}, {"b": "x"}, {"a": 1, "b": 2, "c": 3}, ["a"], "a"]


@pytest.mark.parametrize("schema", SCHEMAS_IN_PLACE)
@pytest.mark.parametrize(
    "beside", [{}, {"unevaluatedProperties": False}, {"unevaluatedProperties": {"type": "integer"}}]
)
@pytest.mark.parametrize("value", VALUES)
def test_a_value_fits_as_it_does_by_the_library(schema: dict[str, Any], beside: dict[str, Any], value: Any) -> None:
    defs = {"a": {"properties": {"a": {}}}, "deep": {"$ref": "#/$defs/a", "patternProperties": {"^b": {}}}}
    whole = {"$defs": defs, **schema, **beside}
    assert LinearValidator(whole).is_valid(value) is Draft202012Validator(whole).is_valid(value)
