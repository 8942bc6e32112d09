"""Right definitions that a careless check of params would refuse. Taken by psql and by ``apply``, or a promise is broken.

The runners that they may name are those of ``tests.bad_definitions``. ``LISTED`` names ``day`` and ``size``; what is read
beyond those may still be there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LISTED: Mapping[str, Any] = {"type": "object", "properties": {"day": {"type": "string"}, "size": {"type": "integer"}}}


@dataclass(frozen=True, slots=True)
class GoodDefinition:
    """A row to take."""

    name: str
    row: Mapping[str, Any]


def _row(*steps: Mapping[str, Any], schema: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {"name": "right", "steps": list(steps), "params_schema": LISTED if schema is None else schema}


def _schema(name: str, schema: Mapping[str, Any]) -> GoodDefinition:
    """A schema that leaves it open which params there are: everything may read any."""
    sql = {"key": "process", "params": {"sql": "select * from items where x = :other"}}
    note = {"key": "a", "runner": "noop", "params": {"note": "{{ params.other }}"}, "condition": "params.another > 1"}
    return GoodDefinition(f"schema: {name}", _row(sql, note, schema=schema))


def _note(name: str, note: str) -> GoodDefinition:
    return GoodDefinition(f"template: {name}", _row({"key": "a", "runner": "noop", "params": {"note": note}}))


def _condition(name: str, condition: str) -> GoodDefinition:
    return GoodDefinition(f"condition: {name}", _row({"key": "a", "runner": "noop", "condition": condition}))


def _sql(name: str, sql: str, **params: Any) -> GoodDefinition:
    return GoodDefinition(f"sql: {name}", _row({"key": "process", "params": {"sql": sql} | params}))


_SCHEMAS = [
    _schema("no properties", {"type": "object"}),
    _schema("an empty list of properties", {"type": "object", "properties": {}}),
    _schema("additionalProperties: true", {**LISTED, "additionalProperties": True}),
    _schema("a schema for all others", {**LISTED, "additionalProperties": {"type": "string"}}),
    _schema("a pattern of names", {**LISTED, "patternProperties": {"^o": {}}}),
    _schema("a pattern of names in a closed schema", {"type": "object", "patternProperties": {"": {}},
                                                      "additionalProperties": False}),
    _schema("unevaluatedProperties", {**LISTED, "unevaluatedProperties": {"type": "string"}}),
    _schema("names in an alternative", {**LISTED, "anyOf": [{"properties": {"other": {}}}, {}]}),
    _schema("names behind a $ref", {**LISTED, "$ref": "#/$defs/more", "$defs": {"more": {"properties": {"other": {}}}}}),
    _schema("names that are required only", {**LISTED, "required": ["other", "another"]}),
]  # fmt: skip

_TEMPLATES = [
    _note("declared ones", "{{ params.day }} {{ params['size'] + 1 }} {{ params.day.x.y }}"),
    _note("a default", "{{ params.other | default('x') }}"),
    _note("a default of what is in it", "{{ params.other.a['b'][0] | default('x') | upper }}"),
    _note("a default in brackets", "{{ (params.other) | d(1) }}"),
    _note("a default of a choice", "{{ (params.day if params.size > 1 else params.other) | default(1) }}"),
    _note("asked for first", "{% if params.other is defined %}{{ params.other }}{% endif %}"),
    _note("asked for the other way", "{% if params.other is not defined %}x{% else %}{{ params['other'] }}{% endif %}"),
    _note("asked by name", "{% if 'other' in params %}{{ params.other }}{% endif %}"),
    _note("asked by name among the keys", "{{ params.other if 'other' is in(params | keys) else '' }}"),
    _note("known at run time only", "{% for name in ['a', 'b'] %}{{ params[name] }}{% endfor %}"),
    _note("all of them", "{{ params | tojson }} {% for key, value in params | items %}{{ key }}{% endfor %}"),
    _note("an object of one's own", "{% set p = params %}{{ p.other }}"),
    _note("loop variables", "{% for other in params.day %}{{ other.params.x }}{{ loop.index }}{% endfor %}"),
    _note("in a string", "{{ 'params.other' }} {{ \"params . other\" }}"),
    _note("in a comment", "{# {{ params.other }} #}x"),
    _note("in the text around", "params.other and {{ params.day }}"),
    _note("what the engine gives", "{{ instance.id }} {{ instance.scheduled_at }} {{ shard.index }}"),
    _note("a field of that name", "{{ instance.params.other | default('') }}"),
    GoodDefinition("template: a field of an item", _row(
        {"key": "process", "params": {"template": "{{ item.params.other }} {{ item.other }} {{ params.day }}"}})),
    GoodDefinition("template: a field of a result", _row(
        {"key": "a", "runner": "noop", "nextSteps": ["b"]},
        {"key": "b", "runner": "noop", "params": {"note": "{{ steps.a.params.other }} {{ steps['a'].other }}"}})),
    GoodDefinition("template: a step that is skipped without the param", _row(
        {"key": "a", "runner": "noop", "condition": "params.other is defined", "params": {"note": "{{ params.other }}"},
         "nextSteps": ["process"]},
        {"key": "process", "params": {"sql": "select :other as x"}})),
]  # fmt: skip

_CONDITIONS = [
    _condition("declared ones", "params.size > 1 and params['day'] == 'params.other'"),
    _condition("a default", "params.other | default(0) > 1 or (params.another.x)|d(false)"),
    _condition("asked by name", "'other' in params and params.other > 1"),
    _condition("asked by name in brackets", "('other') in (params | keys) and params.other"),
    _condition("not asked by name", "'other' not in params"),
    GoodDefinition("over: a declared one", _row({"key": "a", "runner": "noop", "parallel": {"over": "params.day"}})),
]

_SQLS = [
    _sql("declared ones", "select * from items where day = :day::date and size > :size"),
    _sql("bound beside it", "select :other as x, :day as y", bind={"other": "{{ instance.id }}"}),
    _sql("bound by a template", "select :other as x", bind="{{ params.size }}"),
    _sql("casts", "select a::other, '1'::text[] from items"),
    _sql("slices by number", "select a[1:2], a[:3], a[2:] from items"),
    _sql("in strings", "select ':other', E'\\':other', $$ :other $$, $x$ :other $x$ from items"),
    _sql("in quoted names", 'select ":other", a."b:other" from items'),
    _sql("in comments", "select 1 -- :other\n /* :other /* :other */ :other */ as x"),
    _sql("a colon and a blank", "select json_object('a': other) from items"),
    GoodDefinition("sql: none", _row({"key": "process", "params": {"bind": {"other": 1}}})),
]

_TABLES = [
    GoodDefinition(f"table: {table}", _row({"key": "load", "params": {"table": table}}))
    for table in ("people", "marts.people", '"batch item"', '"a.b"."c""d"', "generations", "my_batch_item", "batch.people",
                  "{{ params.day }}", "batch_{{ params.day }}")
]  # fmt: skip

GOOD: tuple[GoodDefinition, ...] = (*_SCHEMAS, *_TEMPLATES, *_CONDITIONS, *_SQLS, *_TABLES)
