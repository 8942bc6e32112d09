"""The item-wise transforms and the column types, without a database."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from runners.base import Column, InvalidStep
from runners.columns import ColumnTracker, common_type
from runners.process import ProcessParams
from runners.transforms.base import Transform, check_fields
from runners.transforms.dedupe import KeepFirst, KeepLast, key_of
from runners.transforms.explode import ExplodeField
from runners.transforms.parse import ParseField
from runners.transforms.template import RenderFields


def outcome(transform: Transform, *payloads: dict[str, Any]) -> tuple[list[Any], list[str]]:
    made = list(transform.made(payloads))
    return [item.payload for item in made if item.error is None], [item.error for item in made if item.error]


def types(*payloads: dict[str, Any]) -> dict[str, str]:
    tracker = ColumnTracker()
    for payload in payloads:
        tracker.see(payload)
    return {column.name: column.type for column in tracker.columns()}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["a", None], "text"),
        ([None], "text"),
        ([True], "boolean"),
        ([1, 2], "bigint"),
        ([2**63 - 1, -(2**63)], "bigint"),
        ([1, 2**63], "numeric"),
        ([1, 1.5], "double precision"),
        ([2**63, 1.5], "numeric"),
        ([[1], {}], "jsonb"),
        ([1, "a"], "jsonb"),
        ([True, 1], "jsonb"),
    ],
)
def test_a_column_has_the_type_that_holds_all_its_values(values: Sequence[Any], expected: str) -> None:
    assert types(*({"f": value} for value in values)) == {"f": expected}
    assert types(*({"f": value} for value in reversed(values))) == {"f": expected}


def test_columns_come_in_the_order_in_which_they_appear() -> None:
    assert list(types({"b": 1}, {"a": 1, "b": 2}, {"c": None})) == ["b", "a", "c"]


@given(st.sets(st.sampled_from(["text", "bigint", "numeric", "double precision", "boolean", "jsonb"])))
def test_every_mix_of_types_has_a_common_type_that_adding_it_does_not_change(kinds: set[str]) -> None:
    once = common_type(kinds)
    assert common_type({once} | kinds) == once or not kinds


def test_templates_see_the_item_and_the_values_of_the_step() -> None:
    templates = {"prompt": "{{ item.q }} in {{ params.language }}", "q": "{{ item.q | upper }}!"}
    transform = RenderFields(templates, values={"params": {"language": "Dutch"}, "instance": {}, "steps": {}})
    good, bad = outcome(transform, {"q": "why", "n": 1})
    assert good == [{"q": "WHY!", "n": 1, "prompt": "why in Dutch"}]
    assert bad == []
    known = [Column("q", "jsonb"), Column("n", "bigint")]
    assert transform.columns(known) == (Column("q", "text"), Column("n", "bigint"), Column("prompt", "text"))


def test_an_item_whose_template_fails_is_failed_whole_and_the_others_go_on() -> None:
    transform = RenderFields({"a": "{{ item.x }}", "b": "{{ item.y }}"}, values={})
    made = list(transform.made([{"x": 1}, {"x": 1, "y": 2}]))
    assert made[0].payload == {"x": 1}
    assert "b: item.y is undefined" in (made[0].error or "")
    assert made[1].payload == {"x": 1, "y": 2, "a": "1", "b": "2"}


def test_data_is_never_rendered_as_a_template() -> None:
    good, _ = outcome(RenderFields({"t": "<{{ item.x }}>"}, values={}), {"x": "{{ params }}"})
    assert good[0]["t"] == "<{{ params }}>"


def test_a_template_that_does_not_parse_is_a_wrong_step() -> None:
    with pytest.raises(InvalidStep, match='template of "t" cannot be used'):
        RenderFields({"t": "{{ item.x "}, values={})


def parse(
    schema: dict[str, Any] | None = None, *, into: str | None = None, keep: list[str] | None = None
) -> ParseField:
    return ParseField("raw", into=into, schema=schema or {}, keep=keep)


def test_parsed_fields_are_merged_into_the_item_or_put_under_a_name() -> None:
    item = {"id": 7, "raw": '{"score": 3, "why": "ok"}'}
    assert outcome(parse(), item)[0] == [item | {"score": 3, "why": "ok"}]
    assert outcome(parse(into="answer", keep=["id"]), item)[0] == [{"id": 7, "answer": {"score": 3, "why": "ok"}}]
    assert outcome(parse(into="answer", keep=[]), {"raw": "[1]"})[0] == [{"answer": [1]}]
    assert outcome(parse(keep=[]), {"raw": {"already": "parsed"}})[0] == [{"already": "parsed"}]


SCHEMA = {
    "type": "object",
    "properties": {"score": {"type": "number", "maximum": 5}, "tags": {"type": "array", "items": {"type": "string"}}},
    "required": ["score"],
}


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ('{"score": 3,\n "tags": [}', "raw: not JSON: Expecting value at line 2, column 11"),
        ("", "raw: not JSON: Expecting value at line 1, column 1"),
        ('{"score": NaN}', "raw: not JSON: NaN is not a JSON value"),
        ("[" * 100_000, "raw: not JSON: "),
        ('{"score": ' + "1" * 5000 + "}", "raw: not JSON: Exceeds the limit"),
        (None, "raw: there is no JSON text to parse, the field is null"),
        (12, "raw: there is no JSON text to parse, the field is 12"),
        ("{}", "raw.score: is required"),
        ('{"score": "{{ 3 }}"}', "raw.score: must be a number"),
        ('{"score": 6, "tags": ["a", 1]}', "raw.tags[1]: must be a string"),
        ("[1]", "raw: must be an object"),
    ],
)
def test_an_item_that_does_not_parse_or_fit_is_failed_whole_with_place_and_reason(raw: Any, reason: str) -> None:
    made = list(parse(SCHEMA).made([{"id": 1, "raw": raw}]))
    assert [item.payload for item in made] == [{"id": 1, "raw": raw}]
    assert reason in (made[0].error or "")


def test_a_value_without_fields_cannot_be_merged() -> None:
    assert "say where with into" in outcome(parse(), {"raw": "[1]"})[1][0]


def test_parsed_columns_have_the_types_of_the_schema_even_when_nothing_was_parsed() -> None:
    known = [Column("raw", "text"), Column("id", "bigint")]
    expected = (Column("id", "bigint"), Column("score", "double precision"), Column("tags", "jsonb"))
    transform = ParseField("raw", into=None, schema=SCHEMA, keep=["id"])
    assert transform.columns(known) == expected
    outcome(transform, {"id": 1, "raw": '{"score": 3, "more": true}'})
    assert transform.columns(known) == (*expected, Column("more", "boolean"))


def test_a_list_is_exploded_into_one_item_for_each_element() -> None:
    transform = ExplodeField("tags", name="tag")
    good, bad = outcome(transform, {"id": 1, "tags": ["a", "b"]}, {"id": 2, "tags": []}, {"id": 3, "tags": "no"}, {})
    assert good == [{"id": 1, "tag": "a"}, {"id": 1, "tag": "b"}]
    assert bad == ['tags: not a list but "no"', "tags: not a list but null"]
    known = [Column("id", "bigint"), Column("tags", "jsonb")]
    assert transform.columns(known) == (Column("id", "bigint"), Column("tag", "text"))


def test_exploding_is_lazy_so_a_long_list_takes_no_memory() -> None:
    made = ExplodeField("n", name="n").made([{"n": [1]}, {"n": list(range(10))}] * 1_000_000)
    assert [next(made).payload for _ in range(3)] == [{"n": 1}, {"n": 0}, {"n": 1}]


ITEMS = [{"k": "a", "n": 1}, {"k": "b", "n": 2}, {"k": "a", "n": 3}, {"n": 4}, {"k": None, "n": 5}, {"k": "a", "n": 6}]


def test_of_items_with_one_key_the_first_or_the_last_is_kept_in_input_order() -> None:
    assert [item["n"] for item in outcome(KeepFirst(["k"]), *ITEMS)[0]] == [1, 2, 4]
    last = KeepLast(["k"])
    last.look(ITEMS[:2])
    last.look(ITEMS[2:])
    assert [item["n"] for item in outcome(last, *ITEMS)[0]] == [2, 5, 6]


def test_keys_are_compared_by_value_not_by_how_they_are_written() -> None:
    def same(left: Any, right: Any) -> bool:
        return key_of({"k": left}, ["k"]) == key_of({"k": right}, ["k"])

    assert same(1, 1.0)
    assert same({"a": 1, "b": 2}, {"b": 2, "a": 1})
    assert not same(1, "1")
    assert not same(True, 1)
    assert key_of({"a": "x", "b": "y"}, ["a", "b"]) != key_of({"a": "y", "b": "x"}, ["a", "b"])


@given(st.lists(st.integers(0, 5), max_size=30))
def test_keep_last_is_keep_first_read_backwards(keys: list[int]) -> None:
    items = [{"k": key, "n": n} for n, key in enumerate(keys)]
    last = KeepLast(["k"])
    last.look(items)
    backwards = outcome(KeepFirst(["k"]), *reversed(items))[0]
    assert outcome(last, *items)[0] == backwards[::-1]


def test_a_field_that_no_item_has_is_named_with_the_nearest() -> None:
    with pytest.raises(InvalidStep, match=r'no field "nmae" \(did you mean "name"\?\); they have: name'):
        check_fields(["nmae"], [Column("name", "text")])
    check_fields(["anything"], [])


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({}, "exactly one of"),
        ({"sql": "select 1", "explode": {"field": "a"}}, "given: sql, explode"),
        ({"explode": {"field": "a"}, "bind": {"a": 1}}, "bind is for sql only"),
        ({"sql": "select 1", "tolerate": {"count": 1}}, "tolerate is for"),
        ({"render": {}}, "at least 1"),
        ({"dedupe": {"by": []}}, "at least 1"),
        ({"parse": {"field": "a", "schema": {"type": "strnig"}}}, "schema.type"),
        ({"parse": {"field": "a", "schema": {"properties": {"b": {"pattern": "("}}}}}, "schema.properties.b.pattern"),
        ({"parse": {"field": "a", "schema": {"$ref": "http://example.org/x"}}}, "leads nowhere"),
        ({"unknown": 1}, "Extra inputs"),
    ],
)
def test_params_that_make_no_sense_are_refused(params: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError) as refused:
        ProcessParams.model_validate(params)
    assert message in str(refused.value)


def test_the_schema_of_the_params_marks_sql_and_what_is_rendered_for_each_item() -> None:
    text = json.dumps(ProcessParams.model_json_schema())
    assert text.count('"x-sql": true') == 1
    assert text.count('"x-per-item": true') == 2
