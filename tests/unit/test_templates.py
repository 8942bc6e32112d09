"""Templates: they render what they say, within bounds, and params keep what is not theirs to render."""

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from definitions.errors import ExpressionError
from definitions.templates import ITEM_NAMES, Template, has_templates, render_params

VALUES: dict[str, Any] = {
    "params": {
        "n": 3, "name": "Ada", "none": None, "tags": ["a", "b", "c"], "map": {"x": 1},
        "big": list(range(20_000)), "long": "x" * 900_000, "injected": "{{ params.name }}",
    },
    "instance": {"id": 7},
    "steps": {"load": {"result": {"rows": 5}}},
    "item": {"question": "why?"},
}  # fmt: skip


def render(text: str) -> str:
    return Template.parse(text, names=ITEM_NAMES).render(VALUES)


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("plain", "plain"),
        ("Hi {{ params.name }}!\n", "Hi Ada!\n"),
        (
            "{{ params.n }} {{ params.none }} {{ true }} {{ params.tags }} {{ params.map }}",
            '3 null true ["a", "b", "c"] {"x": 1}',
        ),
        ("{% if params.n > 5 %}many{% elif params.n %}some{% else %}none{% endif %}", "some"),
        (
            "{% for t in params.tags if t != 'b' %}{{ loop.index }}{{ t }}{{ '' if loop.last else ',' }}{% endfor %}",
            "1a,2c",
        ),
        ("{% for t in [] %}x{% else %}empty{% endfor %}", "empty"),
        ("{% for key, value in params.map | items %}{{ key }}={{ value }}{% endfor %}", "x=1"),
        ("{% set who = params.name | lower %}{{ who }}", "ada"),
        ("{% set x = 1 %}{% for t in params.tags %}{% set x = 2 %}{% endfor %}{{ x }}", "1"),
        ("{{ 'yes' if params.n else 'no' }}{{ '' if params.n }}", "yes"),
        ("{{ params.name ~ '-' ~ params.n }}", "Ada-3"),
        ("{{ params.name[:2] }}{{ params.tags[-1] }}", "Adc"),
        ("{{ item.question | upper | truncate(4, '.') }}", "WHY?"),
        ("{% raw %}{{ untouched }}{% endraw %}{# gone #}", "{{ untouched }}"),
        ("a {{- params.n -}} b", "a3b"),
        ("{{ params.injected }}", "{{ params.name }}"),
        ("{{ params.tags | tojson }}", '["a", "b", "c"]'),
    ],
)
def test_a_template_renders_as_in_jinja_with_values_as_json(text: str, rendered: str) -> None:
    assert render(text) == rendered


def test_the_references_are_found_in_every_statement() -> None:
    text = "{% if steps.a.x %}{{ steps.b.y }}{% for i in steps['c'].z %}{{ i }}{% endfor %}{% endif %}"
    assert Template.parse(text).references == {"a", "b", "c"}


def test_the_item_is_known_only_where_a_template_is_rendered_for_each_item() -> None:
    with pytest.raises(ExpressionError, match='unknown name "item"'):
        Template.parse("{{ item.question }}")


def test_an_error_names_its_line() -> None:
    with pytest.raises(ExpressionError, match=r"params.nme is undefined.*line 2"):
        render("one\n{{ params.nme }}")


HOSTILE = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ params.__class__ }}",
    "{{ params['__class__'] }}",
    "{{ self.__init__.__globals__ }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ cycler.__init__.__globals__.os }}",
    "{{ joiner }}",
    "{{ namespace(x=1) }}",
    "{{ range(999999999) | list }}",
    "{{ params.name.format(1) }}",
    "{{ '{0.__class__}'.format(1) }}",
    "{{ params.name.upper() }}",
    "{{ params.name | attr('upper') }}",
    "{{ 'a' * 999999999 }}",
    "{{ 9 ** 9 ** 9 }}",
    "{{ '%0999999999d' % 1 }}",
    "{{ 'x' | center(999999999) }}",
    "{{ 'x' | indent(999999999) }}",
    "{{ 'x' | wordwrap(1) }}",
    "{{ params | pprint }}",
    "{{ params.tags | batch(2) }}",
    "{{ params.tags | map('__class__') }}",
    "{{ [params, params] }}",
    "{% include 'x' %}",
    "{% import 'x' as x %}",
    "{% from 'x' import y %}",
    "{% extends 'x' %}",
    "{% block x %}{% endblock %}",
    "{% macro f() %}{{ f() }}{% endmacro %}",
    "{% call f() %}{% endcall %}",
    "{% filter upper %}x{% endfilter %}",
    "{% with x = 1 %}{% endwith %}",
    "{% set params = 1 %}",
    "{% set loop = 1 %}",
    "{% set x.y = 1 %}",
    "{% set x %}block{% endset %}",
    "{% do 1 %}",
    "{% autoescape true %}{% endautoescape %}",
    "{% for t in params.tags recursive %}{{ loop(t) }}{% endfor %}",
    "{% for a in params.big %}" * 3 + "x" + "{% endfor %}" * 3,
    "{% for a in params.big %}" * 4 + "x" + "{% endfor %}" * 4,
    "{% for a in params.big %}{% for b in params.big if a == b %}{% endfor %}{% endfor %}",
    "{% for a in params.big %}{{ params.long }}{% endfor %}",
    "{% for a in params.big %}{% if params.long in params.long %}{% endif %}{% endfor %}",
    "{% for a in params.big %}{% if params.big == params.big %}{% endif %}{% endfor %}",
    "{% for a in params.big %}{% set y = params.long | upper %}{% endfor %}",
    "{% set x = 'aaaaaaaaaa' %}" + "{% set x = x + x %}" * 40,
    "{% set x = 'aaaaaaaaaa' %}" + "{% set x = x ~ x %}" * 40,
    "{% set x = [1, 2] %}" + "{% set x = x + x %}" * 40,
    "{% set x = 3 %}" + "{% set x = x + x %}" * 1900 + "{{ x }}",
    "{% set x = 'a' %}" + "{% set x = x | replace('a', 'aaaaaaaaaa') %}" * 40,
    "{% set x = params.big %}" + "{% set x = x | join(params.long) %}",
    "{% if 1 %}" * 5000,
    "{{" * 90_000,
    "{{ " + "(" * 90_000,
    "{{ 1 }}" * 20_000,
    "{{ " + "+".join(["1"] * 20_000) + " }}",
    "x" * 300_000,
    "{{ 1 ",
    "{% if %}",
    "{% endif %}",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:40])
def test_a_hostile_template_is_refused_within_a_second(text: str) -> None:
    started = time.process_time()
    with pytest.raises(ExpressionError):
        render(text)
    assert time.process_time() - started < 1


@given(st.text("{}%#-ifor endset xparams.'\"()[]|=+~,1\n", max_size=80))
@settings(max_examples=300)
def test_random_text_raises_nothing_but_an_expression_error(text: str) -> None:
    try:
        render(text)
    except ExpressionError:
        return


SCHEMA = {
    "properties": {
        "sql": {"anyOf": [{"type": "string"}, {"type": "null"}], "x-sql": True},
        "prompts": {"type": "array", "items": {"type": "string"}, "x-per-item": True},
        "source": {"$ref": "#/$defs/Source"},
        "many": {"items": {"anyOf": [{"$ref": "#/$defs/Source"}]}},
    },
    "$defs": {"Source": {"properties": {"query": {"x-sql": True}, "self": {"$ref": "#/$defs/Source"}}}},
}


def rendered(params: dict[str, Any]) -> dict[str, Any]:
    return render_params(params, values=VALUES, schema=SCHEMA)


def test_one_expression_gives_the_value_and_any_other_template_gives_text() -> None:
    params = {
        "a": "{{ params.tags }}",
        "b": ["{{ params.n }} items", {"c": "{{- params.n + 1 -}}"}],
        "d": 5,
        "e": "{{ -1 }}",
    }
    assert rendered(params) == {"a": ["a", "b", "c"], "b": ["3 items", {"c": 4}], "d": 5, "e": -1}


def test_sql_and_templates_for_each_item_are_left_alone_wherever_they_are() -> None:
    params = {
        "sql": "select {{ x }}",
        "prompts": ["{{ item.x }}"],
        "source": {"query": "{{ a }}", "self": {"self": {"query": "{{ b }}"}}, "other": "{{ params.n }}"},
        "many": [{"query": "{{ c }}"}],
    }
    assert rendered(params) == params | {"source": params["source"] | {"other": 3}}


def test_what_came_out_of_a_template_is_not_rendered_again() -> None:
    assert rendered({"a": "{{ params.injected }}", "b": "x{{ params.injected }}"}) == {
        "a": "{{ params.name }}",
        "b": "x{{ params.name }}",
    }


def test_a_failing_template_names_its_path() -> None:
    with pytest.raises(ExpressionError, match=r"params.a\[1\].b: params.gone is undefined"):
        rendered({"a": [0, {"b": "{{ params.gone }}"}]})


def test_params_that_are_nested_too_deeply_are_refused() -> None:
    deep: Any = "{{ params.n }}"
    for _ in range(3000):
        deep = [deep]
    with pytest.raises(ExpressionError, match="nested more than"):
        rendered({"a": deep})


def test_only_params_with_marks_of_a_template_have_templates() -> None:
    assert has_templates({"a": [{"b": "x {{ y }}"}]})
    assert has_templates({"a": "{% if x %}"})
    assert not has_templates({"a": [{"b": "{ y }", "{{ key }}": 1}]})
