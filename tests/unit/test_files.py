"""Definitions as text: what is read is what is meant, and an export that is applied changes nothing."""

import json
import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from definitions.errors import DefinitionError
from definitions.files import dump_definition, normal, parse_documents

WHOLE = """\
name: daily_report
description: |
  Two lines,
  kept as a block.
cron: 0 6 * * *
timezone: Europe/Berlin
priority: 5
misfire: none
budget_usd: 5.5
steps:
  - key: collect
    params:
      sql: |
        select *
        from orders
    nextSteps:
      - write
  - key: write
    runner: load
    condition: steps.collect.result.items > 0
    parallel:
      over: collect
      tolerate:
        percent: 1.5
    retry:
      maxAttempts: 5
"""


def parse_one(text: str, source: str = "file.yaml") -> Any:
    (definition,) = parse_documents(text, source=source)
    return definition


def problem(text: str, source: str = "file.yaml") -> str:
    with pytest.raises(DefinitionError) as caught:
        parse_documents(text, source=source)
    (only,) = caught.value.problems
    return str(only)


def test_an_export_that_is_read_and_written_again_is_the_same_text() -> None:
    assert dump_definition(parse_one(WHOLE)) == WHOLE


def test_one_document_a_list_and_several_documents_are_all_definitions() -> None:
    text = "name: a\n---\n- name: b\n- name: c\n---\n"
    assert [definition["name"] for definition in parse_documents(text, source="x")] == ["a", "b", "c"]
    assert parse_documents('[{"name": "a"}, {"name": "b"}]', source="x.json") == [{"name": "a"}, {"name": "b"}]
    assert parse_documents("", source="x") == []


def test_json_is_read_from_any_source() -> None:
    assert parse_one('{"name": "\\ud83d\\ude00", "url": "a\\/b", "n": 1e3}', "stdin") == {
        "name": "😀",
        "url": "a/b",
        "n": 1000,
    }
    assert parse_one("{name: a}", "stdin") == {"name": "a"}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2020-01-01", "2020-01-01"), ("12:30", "12:30"), ("on", "on"), ("yes", "yes"), ("no", "no"), ("017", "017"),
        ("1_000", "1_000"), (".inf", ".inf"), ("0x1f", "0x1f"), ("17", 17), ("-3", -3), ("1.5", 1.5), ("1e3", 1000.0),
        ("true", True), ("False", False), ("null", None), ("~", None), ("", None), ("'17'", "17"), ('"true"', "true"),
    ],
)  # fmt: skip
def test_only_what_looks_like_json_is_anything_but_text(written: str, value: Any) -> None:
    assert parse_one(f"a: {written}") == {"a": value}


def test_a_key_is_always_its_text() -> None:
    assert parse_one("on: 1\nyes: 2\n1: 3\nnull: 4\n2020-01-01: 5") == {
        "on": 1,
        "yes": 2,
        "1": 3,
        "null": 4,
        "2020-01-01": 5,
    }


def test_an_anchor_may_be_used_again() -> None:
    assert parse_one("a: &retry {maxAttempts: 5}\nb: *retry") == {"a": {"maxAttempts": 5}, "b": {"maxAttempts": 5}}


LAUGHS = "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 60))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\nb:\n  c: 2\n  c: 3\n", 'file.yaml:4:3: duplicate key "c"'),
        ("a: [1", "file.yaml:2:1: "),
        ("a:\n\t- b", "file.yaml:2:1: "),
        ("a: &x [*x]", "file.yaml:1:8: the alias *x refers to nothing before it, or to itself"),
        ("a: *x", "file.yaml:1:4: the alias *x"),
        (LAUGHS, "too many values, or too many aliases"),
        ("a: !!python/object/apply:os.system [id]", "file.yaml:1:4: the tag "),
        ("a: !!binary aGk=", "file.yaml:1:4: the tag "),
        ("a: !!float .inf", "file.yaml:1:4: the tag "),
        ("a: {<<: {b: 1}}", 'file.yaml:1:5: merge keys ("<<")'),
        ("? [a]\n: 1", "file.yaml:1:3: a key must be text"),
        ("[" * 100_000, "nested more than 60 levels deep"),
        ("- " * 50_000, "file.yaml:1:121: nested more than 60 levels deep"),
        ("{a: " * 50_000, "nested more than 60 levels deep"),
        ("a: " + "9" * 5000, "file.yaml:1:4: a number has more than 400 digits"),
        ("a: \x00", "file.yaml: "),
        ("a: \ud800", "file.yaml:1:4: half a surrogate pair"),
        ("just text", "file.yaml: document 1 is a string, not a definition"),
        ("- name: a\n- 5", "file.yaml: document 1 is a number, not a definition"),
        ("a" * 17_000_000, "the text has 17,000,000 characters"),
    ],
    ids=lambda text: text[:20],
)
def test_text_that_is_no_definition_is_refused_with_its_place(text: str, said: str) -> None:
    started = time.process_time()
    assert said in problem(text)
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a": 1,\n "a": 2}', 'file.json:2:2: duplicate key "a"'),
        ('{"a": }', "file.json:1:7: "),
        ('{"a": NaN}', "file.json: NaN is not JSON"),
        ('{"a": ' + "9" * 5000 + "}", "file.json: a number has more than 400 digits"),
        ('{"a": ' * 100_000, "file.json: nested more than 60 levels deep"),
    ],
    ids=lambda text: text[:20],
)
def test_json_that_is_wrong_is_refused_with_its_place(text: str, said: str) -> None:
    assert said in problem(text, "file.json")


def test_two_spellings_of_one_definition_are_normal_in_the_same_way() -> None:
    short = {"name": "a", "steps": [{"key": "load"}], "budget_usd": 5}
    long = {
        "name": "a", "description": "", "cron": None, "timezone": "UTC", "params_schema": None, "enabled": True,
        "priority": 0, "max_active": None, "misfire": "latest", "overlap": "skip", "budget_usd": Decimal("5.0000"),
        "steps": [{
            "key": "load", "runner": "load", "params": {}, "nextSteps": [], "condition": None,
            "retry": {"maxAttempts": 3, "jitter": "full"}, "timeoutSeconds": 3600, "onFailure": "fail",
        }],
    }  # fmt: skip
    assert normal(short) == normal(long)
    assert dump_definition(long) == "name: a\nbudget_usd: 5\nsteps:\n  - key: load\n"
    assert normal(short) != normal(short | {"enabled": False})


def test_defaults_are_not_shared_between_two_normal_definitions() -> None:
    first, second = normal({"steps": [{"key": "a"}]}), normal({"steps": [{"key": "a"}]})
    before = json.dumps(second, default=str)
    first["steps"][0]["params"]["x"] = 1
    first["steps"][0]["retry"]["on"].append("x")
    assert json.dumps(second, default=str) == before
    assert json.dumps(normal({"steps": [{"key": "a"}]}), default=str) == before


def test_what_is_unknown_or_has_the_wrong_shape_stays_as_it_is() -> None:
    odd = {"steps": [1, {"key": 2, "retry": 3, "new": 4}], "foo": 5, "budget_usd": "lots"}
    made = normal(odd)
    assert (made["steps"][0], made["steps"][1]["retry"], made["steps"][1]["new"], made["foo"]) == (1, 3, 4, 5)
    assert normal(parse_one(dump_definition(odd))) == made


TRICKY = [
    "yes",
    "on",
    "2020-01-01",
    "1e3",
    "017",
    "1:30",
    "~",
    "null",
    "a\nb",
    "a \n b\n\n",
    " x",
    "- a",
    "<<",
    "=",
    "1.",
]
KEYS = st.text("abon1~:- ", min_size=1, max_size=5)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
    | st.sampled_from(TRICKY),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(st.dictionaries(st.text("abc_", min_size=1, max_size=6), JSON, max_size=4))
@settings(max_examples=200)
def test_any_params_survive_export_and_import(params: dict[str, Any]) -> None:
    definition = {"name": "a", "steps": [{"key": "load", "params": params}]}
    assert normal(parse_one(dump_definition(definition))) == normal(definition)
