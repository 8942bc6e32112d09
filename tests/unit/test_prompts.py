"""What a prompt may be, what it renders to, and how it looks as text: no database."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from definitions.errors import ExpressionError
from engine.prompt_changes import prompt_changes
from engine.prompt_files import dump_prompts, parse_prompts
from engine.prompts import PromptRefused
from runners.prompts import PromptVersion, check_prompt

GOOD = {
    "key": "ask",
    "description": "Asks.",
    "system": "You write {{ params.language }}, step {{ steps.collect.items }}.",
    "body": "{% for word in item.words %}{{ loop.index }}. {{ word | upper }}\n{% endfor %}",
    "response_schema": {"type": "object", "properties": {"question": {"type": "string"}}, "required": ["question"]},
}


def paths(row: Mapping[str, Any]) -> list[str]:
    return [problem.path for problem in check_prompt(row)]


def version(**parts: Any) -> PromptVersion:
    return PromptVersion(**{"key": "ask", "version": 1, "system": None, "body": "x", "response_schema": None} | parts)


def test_a_good_prompt_has_no_problems() -> None:
    assert check_prompt(GOOD) == []
    assert check_prompt({"key": "ask", "body": "plain text"}) == []


@pytest.mark.parametrize(
    ("edit", "where"),
    [
        ({"key": "Not A Key"}, "key"),
        ({"key": None}, "key"),
        ({"body": ""}, "body"),
        ({"body": " \n\t"}, "body"),
        ({"body": None}, "body"),
        ({"body": "{{ itm.word }}"}, "body"),
        ({"body": "{{ item.word"}, "body"),
        ({"body": "{{ item.__class__ }}"}, "body"),
        ({"body": "{{ item | attr('x') }}"}, "body"),
        ({"body": "x" * 200_001}, "body"),
        ({"body": "x\0y"}, "body"),
        ({"system": "for {{ item.word }}"}, "system"),
        ({"system": 7}, "system"),
        ({"response_schema": {"type": "array"}}, "response_schema.type"),
        ({"response_schema": []}, "response_schema"),
        ({"response_schema": {"type": "object", "properties": {"a": {"type": "strin"}}}}, "response_schema.properties.a.type"),
        ({"response_schema": {"type": "object", "properties": {"a": {"$ref": "#/$defs/b"}}}}, "response_schema.properties.a.$ref"),
        ({"response_schema": {"type": "object", "description": "x" * 100_000}}, "response_schema"),
        ({"description": "x" * 10_001}, "description"),
        ({"boddy": "x"}, "boddy"),
        ({"version": 3}, "version"),
    ],
)  # fmt: skip
def test_a_problem_is_named_by_its_place(edit: dict[str, Any], where: str) -> None:
    assert where in paths(GOOD | edit)


def test_every_text_is_checked_before_the_prompt_is_refused() -> None:
    row = GOOD | {"body": "{{ itm }}", "system": "{{ item }}", "response_schema": {"type": "string"}}
    assert paths(row) == ["body", "system", "response_schema.type"]


def test_a_prompt_is_rendered_for_an_item_and_its_system_text_for_the_step() -> None:
    prompt = version(body="{{ item.word }} in {{ params.language }}", system="{{ params.language }} only")
    values = {"params": {"language": "Korean"}, "instance": {}, "steps": {}, "shard": None}
    assert prompt.render(values, item={"word": "apple"}) == "apple in Korean"
    assert prompt.render_system(values) == "Korean only"
    assert version().render_system(values) is None


def test_what_an_item_lacks_is_an_error_with_a_way_out() -> None:
    with pytest.raises(ExpressionError, match=r"item\.word is undefined; write \| default"):
        version(body="{{ item.word }}").render({"params": {}}, item={})


def test_data_that_looks_like_a_template_is_not_rendered() -> None:
    assert version(body="{{ item.word }}").render({"params": {}}, item={"word": "{{ params }}"}) == "{{ params }}"


texts = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=60)
scalars = st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.floats(allow_nan=False, allow_infinity=False)
schemas = st.dictionaries(texts, scalars | texts | st.lists(texts, max_size=3), min_size=1, max_size=4)
prompts = st.fixed_dictionaries(
    {"key": texts, "description": texts, "system": texts, "body": texts, "response_schema": schemas}
)


@given(st.lists(prompts, min_size=1, max_size=3))
def test_what_is_dumped_parses_to_the_same_prompts(rows: list[dict[str, Any]]) -> None:
    assert parse_prompts(dump_prompts(rows), source="export") == rows


def test_what_is_empty_is_left_out_of_a_dump() -> None:
    row = {"key": "ask", "description": "", "system": None, "body": "two\nlines", "response_schema": None}
    assert dump_prompts([row]) == "- key: ask\n  body: |-\n    two\n    lines\n"
    assert dump_prompts([]) == ""


def test_a_file_may_hold_one_prompt_or_lists_or_documents() -> None:
    text = "key: one\nbody: x\n---\n- {key: two, body: y}\n- {key: three, body: z}\n---\n"
    assert [row["key"] for row in parse_prompts(text, source="prompts.yaml")] == ["one", "two", "three"]


@pytest.mark.parametrize(("text", "where"), [("a: [", "p.yaml:"), ("- 7", "p.yaml"), ("key: 1\nkey: 2", "p.yaml:2:1")])
def test_a_file_that_holds_no_prompts_is_refused_with_the_place(text: str, where: str) -> None:
    with pytest.raises(PromptRefused) as caught:
        parse_prompts(text, source="p.yaml")
    assert caught.value.problems[0].path.startswith(where)


def test_changes_are_diffs_of_the_fields_that_differ() -> None:
    before = {"version": 1, "system": None, "body": "one\ntwo", "response_schema": {"type": "object"}}
    after = {"version": 2, "system": None, "body": "one\n2", "response_schema": {"type": "object", "title": "t"}}
    changes = prompt_changes(before, after)
    assert list(changes) == ["body", "response_schema"]
    assert changes["body"] == ["--- body (version 1)", "+++ body (version 2)", "@@ -1,2 +1,2 @@", " one", "-two", "+2"]
    assert '+  "title": "t",' in changes["response_schema"]


def test_equal_versions_have_no_changes() -> None:
    row = {"version": 1, "system": "s", "body": "b", "response_schema": None}
    assert prompt_changes(row, row) == {}
