"""Made answers: always the same for the same request, and always what the schema asks for."""

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from runners.providers.answers import MARK, MadeAnswer, make_answer
from runners.providers.base import Finish
from runners.providers.tokens import Calibration, estimate_tokens, upper_bound_tokens

KOREAN = "중학교 2학년 학생을 위한 광합성 문제를 하나 만들어 주세요."
ENGLISH = "Write one question about photosynthesis for students of the 8th grade."


def answer(schema: Mapping[str, Any] | None = None, *, prompt: str = ENGLISH, most: int = 100_000) -> MadeAnswer:
    return make_answer(
        model="gpt-5-mini", system="Be brief.", prompt=prompt, response_schema=schema, max_output_tokens=most
    )


def value(schema: Mapping[str, Any], *, prompt: str = ENGLISH) -> Any:
    made = json.loads(answer(schema, prompt=prompt).text)
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(made)
    return made


# Schemas that can be met, of every kind that is promised.

texts = st.one_of(
    st.builds(
        lambda low, more: {"type": "string", "minLength": low, "maxLength": low + more},
        st.integers(0, 300),
        st.integers(0, 50),
    ),
    st.sampled_from(
        [
            {"type": "string"},
            {"type": "string", "format": "date"},
            {"type": "string", "format": "date-time"},
            {"type": "string", "format": "email"},
            {"type": "string", "format": "uri"},
            {"type": "string", "format": "uuid"},
            {"type": "string", "format": "ipv6"},
            {"type": "string", "pattern": r"^[A-Z]{2}-\d{3,5}$"},
            {"type": "string", "pattern": r"^(?:yes|no|may ?be)$"},
            {"type": "string", "pattern": "^[가-힣]{2,4}$"},
            {"type": "string", "pattern": r"^[^\d\s]+$", "minLength": 12, "maxLength": 12},
            {"type": "string", "pattern": r"^\w+(\.\w+)*@x\.io$"},
        ]
    ),
)
numbers = st.one_of(
    st.builds(
        lambda kind, low, more: {"type": kind, "minimum": low, "maximum": low + more},
        st.sampled_from(["integer", "number"]),
        st.integers(-1000, 1000),
        st.integers(0, 1000),
    ),
    st.builds(
        lambda low, more: {"type": "number", "exclusiveMinimum": low, "exclusiveMaximum": low + more},
        st.floats(-1e6, 1e6),
        st.floats(1e-3, 1e6),
    ),
    st.builds(
        lambda kind, step: {"type": kind, "multipleOf": step},
        st.sampled_from(["integer", "number"]),
        st.sampled_from([1, 3, 7, 0.5, 0.25, 0.01]),
    ),
    st.sampled_from([{"type": "integer", "exclusiveMaximum": -5}, {"type": "number"}, {"minimum": 7}]),
)
choices = st.one_of(
    st.builds(lambda listed: {"enum": listed}, st.lists(st.integers() | st.text() | st.none(), min_size=1)),
    st.builds(lambda one: {"const": one}, st.integers() | st.text() | st.lists(st.booleans())),
    st.sampled_from([{"type": "boolean"}, {"type": "null"}, {"type": ["string", "null"]}, {}]),
)


def containers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    named = st.dictionaries(st.sampled_from(["title", "설명", "a b", "x/y", "~", "options"]), inner, max_size=4)
    return st.one_of(
        st.builds(
            lambda fields, closed: {
                "type": "object",
                "properties": fields,
                "required": sorted(fields)[: len(fields) // 2],
                "additionalProperties": not closed,
            },
            named,
            st.booleans(),
        ),
        st.builds(
            lambda item, low, more: {"type": "array", "items": item, "minItems": low, "maxItems": low + more},
            inner,
            st.integers(0, 3),
            st.integers(0, 5),
        ),
        st.builds(lambda fields: {"prefixItems": fields, "items": False}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: {"type": "object", "additionalProperties": part, "minProperties": 3}, inner),
        st.builds(lambda branches: {"anyOf": branches}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: {"allOf": [part, {"description": "the same"}]}, inner),
        st.builds(lambda part: {"description": "beside", "anyOf": [part, {"type": "null"}]}, inner),
    )


schemas = st.recursive(texts | numbers | choices, containers, max_leaves=8)


@settings(max_examples=300)
@given(schemas, st.text(max_size=40))
def test_an_answer_fits_its_schema(schema: dict[str, Any], prompt: str) -> None:
    value(schema, prompt=prompt)


@settings(max_examples=50)
@given(schemas)
def test_the_same_request_gets_the_same_answer(schema: dict[str, Any]) -> None:
    assert answer(schema) == answer(dict(schema))


def test_another_model_prompt_or_system_text_gives_another_answer() -> None:
    def made(**changed: str) -> str:
        told = {"model": "m", "system": "s", "prompt": ENGLISH} | changed
        return make_answer(**told, response_schema=None, max_output_tokens=999).text

    assert len({made(), made(model="n"), made(system="t"), made(prompt=ENGLISH + "?")}) == 4


def test_a_plain_answer_says_that_it_is_simulated_and_speaks_in_words_of_the_prompt() -> None:
    made = answer(prompt=KOREAN)
    assert made.text.startswith(MARK)
    assert made.finish is Finish.STOP
    words = made.text.removeprefix(MARK).replace(".", "").split()
    assert words
    assert all(word in KOREAN for word in words)


def test_a_korean_prompt_gives_korean_texts() -> None:
    made = value(
        {"type": "object", "properties": {"question": {"type": "string"}}, "required": ["question"]}, prompt=KOREAN
    )
    assert re.fullmatch(r"[가-힣0-9 ]+\.", made["question"])


@pytest.mark.parametrize(
    "prompt", ["", "...!?", "\ud83d", "\u0000\u0001", "👩‍🏫👩‍🏫", "ひとつの質問を作ってください。", "एक प्रश्न लिखें"]
)
def test_any_prompt_gives_text_that_can_be_sent(prompt: str) -> None:
    assert answer(prompt=prompt).text.encode()
    assert value({"type": "string", "minLength": 1}, prompt=prompt).encode()


def test_the_name_of_a_property_decides_how_long_its_text_is() -> None:
    text = {"type": "string"}
    schema = {"properties": {"title": text, "explanation": text}, "required": ["title", "explanation"]}
    for number in range(50):
        made = value(schema, prompt=f"{ENGLISH} {number}")
        assert len(made["title"].split()) <= 3 < len(made["explanation"].split())


def test_most_optional_properties_are_there_and_some_are_not() -> None:
    schema = {"type": "object", "properties": {name: {"type": "boolean"} for name in "abcdefgh"}}
    counts = [len(value(schema, prompt=str(number))) for number in range(100)]
    assert 600 < sum(counts) < 780


def test_distinct_items_are_distinct_even_where_all_values_are_needed() -> None:
    letters = {"type": "array", "items": {"enum": list("abcdefgh")}, "uniqueItems": True, "minItems": 8}
    texts = {"type": "array", "items": {"type": "string"}, "uniqueItems": True, "minItems": 30}
    for number in range(20):
        assert sorted(value(letters, prompt=str(number))) == list("abcdefgh")
        assert len(set(value(texts, prompt="word"))) >= 30


TREE = {
    "$defs": {
        "node": {
            "type": "object",
            "properties": {
                "label": {"type": "string"},
                "children": {"type": "array", "items": {"$ref": "#/$defs/node"}},
                "next": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]},
            },
            "required": ["label", "children", "next"],
        }
    },
    "$ref": "#/$defs/node",
}
EXPRESSION = {
    "$defs": {
        "expression": {"anyOf": [{"$ref": "#/$defs/sum"}, {"$ref": "#/$defs/number"}]},
        "sum": {
            "type": "object",
            "properties": {"left": {"$ref": "#/$defs/expression"}, "right": {"$ref": "#/$defs/expression"}},
            "required": ["left", "right"],
        },
        "number": {"type": "object", "properties": {"value": {"type": "integer"}}, "required": ["value"]},
    },
    "$ref": "#/$defs/expression",
}
BESIDE = {
    "$defs": {"base": {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}},
    "allOf": [{"$ref": "#/$defs/base"}, {"properties": {"a": {"maximum": 3}, "self": {"$ref": "#"}}}],
}


@pytest.mark.parametrize("schema", [TREE, EXPRESSION, BESIDE], ids=["tree", "expression", "allOf"])
def test_a_schema_that_holds_itself_comes_to_an_end(schema: dict[str, Any]) -> None:
    for number in range(30):
        value(schema, prompt=f"word {number}")


INTRICATE: list[dict[str, Any]] = [
    {"oneOf": [{"type": "integer", "multipleOf": 3}, {"type": "integer", "multipleOf": 5}]},
    {"type": "integer", "not": {"enum": [1, 2, 3]}},
    {"properties": {"a": {"enum": ["x", "y"]}, "b": {}}, "if": {"properties": {"a": {"const": "x"}}}, "then": {"required": ["b"]}},
    {"properties": {"a": {}, "b": {}}, "dependentRequired": {"a": ["b"]}},
    {"type": "object", "patternProperties": {"^S_[a-z]+$": {"type": "string"}}, "additionalProperties": False, "minProperties": 2},
    {"type": "object", "propertyNames": {"pattern": "^[a-z]{3}$"}, "additionalProperties": {"type": "integer"}},
    {"type": "object", "minProperties": 2, "maxProperties": 2, "properties": {"a": {}, "b": {}, "c": {}}, "required": ["c"]},
    {"type": "object", "additionalProperties": {"type": "integer"}, "maxProperties": 1},
    {"allOf": [{"minimum": 3}, {"maximum": 4}], "type": "integer"},
    {"allOf": [{"type": "number"}, {"type": "integer"}, {"enum": [1.5, 2]}]},
    {"type": "string", "anyOf": [{"minLength": 40}, {"type": "integer"}]},
    {"anyOf": [{"required": ["a"]}, {"required": ["b"]}], "properties": {"a": {"const": 1}, "b": {"const": 2}}},
    {"type": "array", "uniqueItems": True, "items": {"type": "boolean"}, "minItems": 2},
    {"type": "array", "minItems": 2.0, "maxItems": 2.0, "items": {"type": "string", "minLength": 3.0, "maxLength": 3.0}},
    {"type": "number", "exclusiveMinimum": 0, "maximum": 0.0005},
    {"type": "number", "exclusiveMinimum": 1e17, "minimum": 3},
    {"type": "number", "allOf": [{"multipleOf": 0.5}, {"multipleOf": 0.75}]},
    {"type": "integer", "multipleOf": 1.5, "exclusiveMinimum": 3, "exclusiveMaximum": 9},
    {"allOf": [{"properties": {"a": {}}, "additionalProperties": False}, {"additionalProperties": True}]},
]  # fmt: skip


@pytest.mark.parametrize("schema", INTRICATE, ids=json.dumps)
def test_an_intricate_schema_is_kept_too(schema: dict[str, Any]) -> None:
    for number in range(20):
        value(schema, prompt=f"words of a prompt {number}")


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ({"properties": {"a": {"pattern": r"(?=x)y"}}, "required": ["a"]}, r"\$\.a: .*\(\?=x\)y"),
        ({"properties": {"a": {"pattern": r"(a)\1"}}, "required": ["a"]}, r"\$\.a: "),
        ({"properties": {"a": {"pattern": "["}}, "required": ["a"]}, r'\$\.a: "\[" is not a regular expression'),
        ({"items": {"type": "integer", "minimum": 3, "maximum": 2}}, r"\$\[\]: no whole number"),
        ({"type": "string", "minLength": 5, "pattern": "^ab$"}, r"\$: no text of 5"),
        ({"type": "string", "maxLength": 3, "format": "uuid"}, r"\$: the format 'uuid'"),
        ({"enum": ["a"], "type": "integer"}, r"\$: none of \['a'\]"),
        ({"$ref": "https://example.com/x.json"}, r"\$: only references within"),
        ({"$ref": "#/$defs/x"}, r"#/\$defs/x"),
        ({"$ref": "#"}, "nothing but itself"),
        ({"properties": {"a": {"$ref": "#"}}, "required": ["a"]}, r"\$\.a\.a: the schema never ends"),
        ({"items": {"enum": [1, 2]}, "uniqueItems": True, "minItems": 3}, r"\$: 3 distinct items"),
        ({"type": "strin"}, "not valid at"),
        ({"type": "object", "required": ["b"], "additionalProperties": False}, r"\$\.b: the schema false"),
        ({"type": "integer", "not": {}}, r"\$: .* none fits"),
    ],
)
def test_what_cannot_be_met_is_refused_with_its_path(schema: dict[str, Any], path: str) -> None:
    with pytest.raises(ValueError, match=path):
        answer(schema)


@pytest.mark.parametrize("schema", [None, {"type": "array", "items": {"type": "string"}, "minItems": 20}])
def test_an_answer_longer_than_allowed_is_cut_off_like_the_real_thing(schema: dict[str, Any] | None) -> None:
    whole, cut = answer(schema, prompt=KOREAN), answer(schema, prompt=KOREAN, most=12)
    assert (cut.finish, cut.usage.output_tokens) == (Finish.LENGTH, 12)
    assert whole.text.startswith(cut.text)
    assert 0 < estimate_tokens(cut.text) <= 12 < whole.usage.output_tokens


def test_input_tokens_count_the_system_text_the_prompt_and_the_schema() -> None:
    bare = make_answer(model="m", system=None, prompt=ENGLISH, response_schema=None, max_output_tokens=9).usage
    with_system = answer(None).usage
    assert bare.input_tokens < with_system.input_tokens < answer({"type": "string"}).usage.input_tokens


@given(st.text())
def test_a_text_has_tokens_unless_it_is_empty(text: str) -> None:
    estimate, bound = estimate_tokens(text), upper_bound_tokens(text)
    assert (estimate > 0) == (bound > 0) == bool(text)
    assert bound <= len(text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize(
    ("text", "real"),
    [
        # Counted by hand with the published vocabularies' habits: a word is a token, its space belongs to it.
        ("The quick brown fox jumps over the lazy dog.", 10),
        ("Photosynthesis turns light into chemical energy", 8),
        ("광합성은 빛 에너지를 화학 에너지로 바꾸는 과정입니다", 24),
        ('{"answer": 2, "level": "hard"}', 11),
    ],
)
def test_an_estimate_is_near_and_the_bound_above(text: str, real: int) -> None:
    assert 0.6 * real <= estimate_tokens(text) <= 1.7 * real
    assert real < upper_bound_tokens(text)


def test_what_was_billed_corrects_the_next_estimate() -> None:
    measured = Calibration().plus(estimated=100, actual=130).plus(estimated=100, actual=150)
    assert measured.applied(1000) == 1400
    assert Calibration().applied(1000) == 1000
