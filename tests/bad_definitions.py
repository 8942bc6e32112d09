"""Definitions that must be refused, each with the paths that the refusal has to name.

Sent through psql and through ``apply``; the runners that they may name are ``RUNNERS``. What JSON itself cannot hold
(NUL, NaN) is given as text in ``steps_text``, because only PostgreSQL's own parser can refuse it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]

_BOUND = {"x-sql": True, "x-binds": "bind"}
RUNNERS: Mapping[str, Mapping[str, Any]] = {
    "collect": {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "sql": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None, **_BOUND},
            "bind": {"type": "object", "additionalProperties": True},
            "path": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
            "items": {"anyOf": [{"type": "array", "items": {}}, {"type": "null"}], "default": None},
            "limit": {"type": "integer", "minimum": 1, "maximum": 10_000_000},
            "select": {"anyOf": [{"$ref": "#/$defs/Select"}, {"type": "null"}], "default": None},
        },
        "$defs": {
            "Select": {
                "type": "object",
                "additionalProperties": False,
                "required": ["strategy"],
                "properties": {
                    "strategy": {"type": "string", "enum": ["least_used", "random", "weighted"]},
                    "count": {"type": "integer", "exclusiveMinimum": 0},
                },
            }
        },
    },
    "process": {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "sql": {"type": "string", **_BOUND},
            "bind": {"type": "object"},
            "template": {"type": "string", "x-per-item": True},
            "into": {"type": "string", "pattern": "^[a-z_]+$", "maxLength": 63},
        },
    },
    "load": {
        "type": "object",
        "additionalProperties": False,
        "required": ["table"],
        "properties": {
            "table": {"type": "string", "minLength": 1, "x-table": True},
            "columns": {"type": "object", "additionalProperties": {"type": "string"}},
            "mode": {"enum": ["insert", "upsert", "replace"], "type": "string"},
            "keys": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 8},
        },
    },
    "noop": {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "seconds": {"type": "number", "minimum": 0},
            "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        },
    },
}


@dataclass(frozen=True, slots=True)
class BadDefinition:
    """A row to refuse. ``sql`` and ``python`` say which of the two has to."""

    name: str
    row: Row
    paths: tuple[str, ...]
    sql: bool = True
    python: bool = True
    steps_text: str | None = None
    """The steps as JSON text that cannot be parsed; then ``row`` has none and ``paths`` is empty."""
    sqlstate: str = "BD001"


def _row(*steps: Any, **columns: Any) -> dict[str, Any]:
    return {"name": "bad", "steps": list(steps)} | columns


def _step(**fields: Any) -> dict[str, Any]:
    return {"key": "a", "runner": "noop"} | fields


def _chain(*fields: Mapping[str, Any]) -> dict[str, Any]:
    """Steps ``s0 → s1 → ...``, each with more fields."""
    last = len(fields) - 1
    return _row(
        *(
            {"key": f"s{i}", "runner": "noop", "nextSteps": [f"s{i + 1}"] if i < last else []} | dict(more)
            for i, more in enumerate(fields)
        )
    )


def _field(name: str, row: Row, *paths: str) -> BadDefinition:
    return BadDefinition(name, row, paths)


def _note(name: str, template: str) -> BadDefinition:
    return BadDefinition(f"template: {name}", _chain({}, {"params": {"note": template}}), ("steps[1].params.note",))


def _condition(name: str, condition: str) -> BadDefinition:
    return BadDefinition(f"condition: {name}", _chain({}, {"condition": condition}), ("steps[1].condition",))


def _sql(name: str, text: str) -> BadDefinition:
    return BadDefinition(f"sql: {name}", _row({"key": "collect", "params": {"sql": text}}), ("steps[0].params.sql",))


def _params(name: str, path: str, *, schema: Mapping[str, Any] | None = None, **step: Any) -> BadDefinition:
    """A step of a definition that declares ``day`` and ``size``, where ``tpoic`` is always a typo."""
    declared = {"type": "object", "properties": {"day": {"type": "string"}, "size": {"type": "integer"}}}
    row = _row({"key": "a"} | step, params_schema=declared if schema is None else schema)
    return BadDefinition(f"params: {name}", row, (f"steps[0].{path}",))


def _bound(name: str, sql: str, **more: Any) -> BadDefinition:
    return _params(name, "params.sql", runner="process", params={"sql": sql} | more)


def _table(name: str, table: str) -> BadDefinition:
    row = _row({"key": "load", "params": {"table": table}})
    return BadDefinition(f"table: {name}", row, ("steps[0].params.table",))


def _cron(text: str) -> BadDefinition:
    return BadDefinition(f"cron: {text[:20]!r}", _row(_step(), cron=text), ("cron",))


def _nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


_COLUMNS = [
    _field("the name is no key", _row(_step(), name="Not A Key"), "name"),
    _field("the name is missing", {"steps": [_step()]}, "name"),
    _field("there are no steps", _row(), "steps"),
    _field("steps are an object", {"name": "bad", "steps": {"key": "a"}}, "steps"),
    _field("steps are a string", {"name": "bad", "steps": "a, b"}, "steps"),
    _field("steps are null", {"name": "bad", "steps": None}, "steps"),
    _field("unknown misfire", _row(_step(), misfire="lastest"), "misfire"),
    _field("unknown overlap", _row(_step(), overlap="maybe"), "overlap"),
    _field("max_active is zero", _row(_step(), max_active=0), "max_active"),
    _field("the budget is negative", _row(_step(), budget_usd=-1), "budget_usd"),
    _field("unknown time zone", _row(_step(), timezone="Europe/Berln"), "timezone"),
    _field("a POSIX time zone is not a name", _row(_step(), timezone="FOO+3"), "timezone"),
    _field("params_schema of 2 MB", _row(_step(), params_schema={"description": "x" * 2_000_000}), "params_schema"),
    _field("params_schema is a list", _row(_step(), params_schema=[]), "params_schema"),
    _field("params_schema is of a string", _row(_step(), params_schema={"type": "string"}), "params_schema.type"),
]

_CRONS = [
    _cron("0 0 30 2 *"),
    _cron("61 * * * *"),
    _cron("* * * *"),
    _cron("*/0 * * * *"),
    _cron("0 0 * * 8"),
    _cron("5-1 * * * *"),
    _cron("@fortnightly"),
    _cron("0 0 * FOO *"),
    _cron(""),
    _cron("1," * 500_000),
]

_SHAPES = [
    _field("a step is a number", _row(7), "steps[0]"),
    _field("a step is null", _row(_step(), None), "steps[1]"),
    _field("a step has no key", _row({"runner": "noop"}), "steps[0].key"),
    _field("a key is a number", _row({"key": 1, "runner": "noop"}), "steps[0].key"),
    _field("a key has a capital", _row(_step(key="Load")), "steps[0].key"),
    _field("a key in Cyrillic look-alikes", _row(_step(key="lоad")), "steps[0].key"),
    _field("a key is too long", _row(_step(key="a" * 64)), "steps[0].key"),
    _field("a key ends in a line feed", _row(_step(key="a\n")), "steps[0].key"),
    _field("an unknown field", _row(_step(nextStep=["b"])), "steps[0].nextStep"),
    _field("snake case", _row(_step(timeout_seconds=3)), "steps[0].timeout_seconds"),
    _field("the runner is a list", _row(_step(runner=["noop"])), "steps[0].runner"),
    _field("params are a list", _row(_step(params=[1])), "steps[0].params"),
    _field("params are null", _row(_step(params=None)), "steps[0].params"),
    _field("nextSteps is a string", _row(_step(nextSteps="b"), _step(key="b")), "steps[0].nextSteps"),
    _field("nextSteps holds a number", _row(_step(nextSteps=[3])), "steps[0].nextSteps[0]"),
    _field("the condition is a boolean", _row(_step(condition=True)), "steps[0].condition"),
    _field("the condition is empty", _row(_step(condition="")), "steps[0].condition"),
    _field("unknown fanIn", _row(_step(fanIn="all_sucess")), "steps[0].fanIn"),
    _field("unknown onFailure", _row(_step(onFailure="ignore")), "steps[0].onFailure"),
    _field("the time-out is a string", _row(_step(timeoutSeconds="60")), "steps[0].timeoutSeconds"),
    _field("the time-out is zero", _row(_step(timeoutSeconds=0)), "steps[0].timeoutSeconds"),
    _field("the time-out is NaN as a string", _row(_step(timeoutSeconds="NaN")), "steps[0].timeoutSeconds"),
    _field("the time-out is a huge integer", _row(_step(timeoutSeconds=10**300)), "steps[0].timeoutSeconds"),
    _field("the description is a number", _row(_step(description=5)), "steps[0].description"),
    _field("no attempts", _row(_step(retry={"maxAttempts": 0})), "steps[0].retry.maxAttempts"),
    _field("half an attempt", _row(_step(retry={"maxAttempts": 1.5})), "steps[0].retry.maxAttempts"),
    _field("true attempts", _row(_step(retry={"maxAttempts": True})), "steps[0].retry.maxAttempts"),
    _field("a negative interval", _row(_step(retry={"intervalSeconds": -1})), "steps[0].retry.intervalSeconds"),
    _field("unknown error class", _row(_step(retry={"on": ["timeout", "rate_limit"]})), "steps[0].retry.on[1]"),
    _field("retry is null", _row(_step(retry=None)), "steps[0].retry"),
    _field("parallel without over", _row(_step(parallel={"chunk": 5})), "steps[0].parallel.over"),
    _field(
        "parallel out of range",
        _row(_step(parallel={"over": "params.x", "chunk": 0, "maxConcurrency": 20_000, "tolerate": {"percent": 101}})),
        "steps[0].parallel.chunk",
        "steps[0].parallel.maxConcurrency",
        "steps[0].parallel.tolerate.percent",
    ),
]

_GRAPHS = [
    _field("a duplicate key", _row(_step(), _step(key="b"), _step()), "steps[2].key"),
    _field("an unknown next step", _row(_step(nextSteps=["lod"]), _step(key="load")), "steps[0].nextSteps[0]"),
    _field("a doubled next step", _row(_step(nextSteps=["b", "b"]), _step(key="b")), "steps[0].nextSteps[1]"),
    _field("a step that follows itself", _row(_step(nextSteps=["a"])), "steps[0].nextSteps[0]"),
    _field("a cycle of two", _row(_step(nextSteps=["b"]), _step(key="b", nextSteps=["a"])), "steps[1].nextSteps[0]"),
    _field(
        "a cycle in the middle, and a step behind it",
        _row(
            _step(nextSteps=["b"]),
            _step(key="b", nextSteps=["c"]),
            _step(key="c", nextSteps=["b", "d"]),
            _step(key="d"),
        ),
        "steps[2].nextSteps[0]",
        "steps[3].key",
    ),
    _field(
        "a cycle of 10,000",
        _row(*({"key": f"s{i}", "runner": "noop", "nextSteps": [f"s{(i + 1) % 10_000}"]} for i in range(10_000))),
        "steps[9999].nextSteps[0]",
    ),
    _field("a condition on a sister", _row(_step(), _step(key="b", condition="steps.a.x > 0")), "steps[1].condition"),
    _field("a condition on oneself", _row(_step(condition="steps.a.items > 0")), "steps[0].condition"),
    _field("a condition on a later step", _chain({"condition": "steps['s1'].items > 0"}, {}), "steps[0].condition"),
    _field("a condition on an unknown step", _chain({}, {"condition": "steps.s9.items > 0"}), "steps[1].condition"),
    _field("over a sister", _row(_step(), _step(key="b", parallel={"over": "a"})), "steps[1].parallel.over"),
    _field("over what is no list", _chain({}, {"parallel": {"over": "steps.s7.list"}}), "steps[1].parallel.over"),
    _field(
        "a template that reads a later step",
        _chain({"params": {"note": "x {{ steps.s1.y }}"}}, {}),
        "steps[0].params.note",
    ),
    _field("more than 20,000 steps", _row(*({"key": f"s{i}", "runner": "noop"} for i in range(20_001))), "steps"),
]

_RUNNERS = [
    _field("an unknown runner", _row(_step(runner="colect")), "steps[0].runner"),
    _field("a key that is no runner", _row({"key": "fetch"}), "steps[0].key"),
    _field("an unknown param", _row(_step(params={"secnds": 1})), "steps[0].params.secnds"),
    _field("a param of the wrong type", _row(_step(params={"seconds": "three"})), "steps[0].params.seconds"),
    _field("a param out of range", _row(_step(params={"seconds": -1})), "steps[0].params.seconds"),
    _field("a param that is missing", _row({"key": "load"}), "steps[0].params.table"),
    _field("a param of none of its types", _row(_step(params={"note": 3})), "steps[0].params.note"),
    _field(
        "a param behind a $ref",
        _row({"key": "collect", "params": {"select": {"strategy": "newest", "count": 0}}}),
        "steps[0].params.select.strategy",
        "steps[0].params.select.count",
    ),
    _field(
        "an item of a list",
        _row({"key": "load", "params": {"table": "t", "keys": ["id", 3]}}),
        "steps[0].params.keys[1]",
    ),
    _field("an empty list", _row({"key": "load", "params": {"table": "t", "keys": []}}), "steps[0].params.keys"),
    _field("a pattern", _row({"key": "process", "params": {"into": "Drop Table"}}), "steps[0].params.into"),
    _field(
        "two mistakes in two steps",
        _row(_step(params={"seconds": -1}, nextSteps=["b"]), _step(key="b", onFailure="explode")),
        "steps[0].params.seconds",
        "steps[1].onFailure",
    ),
]

_SIZES = [
    _field("nested 60 deep", _row({"key": "collect", "params": {"items": _nested(60)}}), "steps[0]"),
    _field("nested 900 deep", _row({"key": "collect", "params": {"bind": {"x": _nested(900)}}}), "steps[0]"),
    _field("a string of 2 MB", _row(_step(params={"note": "x" * 2_000_000})), "steps[0].params.note"),
    _field("a condition of 1 MB", _row(_step(condition="(" * 900_000)), "steps[0].condition"),
    _field("a definition of 9 MB", _row(*(_step(key=f"s{i}", description="x" * 900_000) for i in range(10))), "steps"),
    _field("half a million openings", _row(_step(params={"note": "{{ " * 300_000})), "steps[0].params.note"),
]

_TEMPLATES = [
    _note("classes", "{{ ().__class__.__bases__ }}"),
    _note("a bomb by multiplication", '{{ "x" * 10**10 }}'),
    _note("a bomb by range", "{% for a in range(10**9) %}{% endfor %}"),
    _note("include", "{% include '/etc/passwd' %}"),
    _note("import", "{% import 'os' as os %}"),
    _note("a macro", "{% macro f() %}{{ f() }}{% endmacro %}"),
    _note("a method call", "{{ steps.s0.name.format(1) }}"),
    _note("an attribute by filter", "{{ steps.s0|attr('__class__') }}"),
    BadDefinition(
        "template: an attribute in brackets",
        _chain({}, {"params": {"note": "{{ steps.s0['__class__'] }}"}}),
        ("steps[1].params.note",),
        python=False,
    ),
    _note("not closed", "{{ params.x } and {{ params.y }}"),
    _note("an if without endif", "{% if params.x %}yes"),
    _note("lipsum", "{{ lipsum.__globals__ }}"),
    _note("a cycler", "{{ cycler.__init__.__globals__.os.popen('id').read() }}"),
]

_CONDITIONS = [
    _condition("a call", "params.x.upper() == 'A'"),
    _condition("a power", "10 ** 10 ** 10 > 1"),
    _condition("dunder", "params.__class__ == 1"),
    _condition("an import", "__import__('os').system('id')"),
    _condition("a lambda", "(lambda: 1)()"),
    _condition("one equals sign", "params.x = 3"),
    _condition("a statement", "params.x; drop table batch_instance"),
    _condition("brackets that do not match", "(params.x > [1, 2)"),
    _condition("something missing", "params.x >"),
    _condition("two values side by side", "params.x params.y"),
    _condition("an unknown filter", "params.x|attr('y') == 1"),
    _condition("an unknown name", "parms.x > 1"),
    _condition("a string that is not closed", "params.x == 'abc"),
    _condition("10,000 brackets", "[" * 5_000 + "]" * 5_000),
    _condition("a template in it", "{{ params.x }} > 1"),
]

_SQLS = [
    _sql("a delete", "delete from batch_instance"),
    _sql("stacked statements", "select 1; drop table batch_instance"),
    _sql("stacked behind a comment", "select 1 /* ' */ ; commit -- '"),
    _sql("stacked behind a dollar quote", "select $x$;$x$ ; vacuum"),
    _sql("a template", "select * from t where name = '{{ params.name }}'"),
    _sql("a do block", "do $$ begin end $$"),
    _sql("copy to a program", "copy (select 1) to program 'id'"),
    _sql("empty", " -- nothing\n"),
    BadDefinition(
        "sql: in a process step",
        _row({"key": "process", "params": {"sql": "update t set x = 1"}}),
        ("steps[0].params.sql",),
    ),
]

_PARAMS = [
    _params("a typo in a template", "params.note", runner="noop", params={"note": "{{ params.tpoic }}"}),
    _params("in brackets", "params.note", runner="noop", params={"note": "x {{ params['tpoic'] }}"}),
    _params("behind a filter", "params.note", runner="noop", params={"note": "{{ params.tpoic | upper }}"}),
    _params("default behind another filter", "params.note", runner="noop", params={"note": "{{ params.x|first|d }}"}),
    _params("in a branch", "params.note", runner="noop", params={"note": "{% if params.tpoic %}x{% endif %}"}),
    _params("beside one with a default", "params.note", runner="noop",
            params={"note": "{{ params.x | default(1) }} {{ params.tpoic }}"}),
    _params("in a loop", "params.note", runner="noop",
            params={"note": "{% for x in params.tpoic %}{{ x }}{% endfor %}"}),
    _params("in an index", "params.note", runner="noop", params={"note": "{{ params.day[params.tpoic] }}"}),
    _params("for each item", "params.template", runner="process", params={"template": "{{ item.x }}{{ params.tpoic }}"}),
    _params("deep in params", "params.bind.x[1]", runner="process", params={"bind": {"x": [1, "{{ params.tpoic }}"]}}),
    _params("in a condition", "condition", runner="noop", condition="params.size > 1 and params.tpoic"),
    _params("in a condition, is none", "condition", runner="noop", condition="params.tpoic is none"),
    _params("in parallel.over", "parallel.over", runner="noop", parallel={"over": "params.tpoic"}),
    _params("of a closed schema", "condition", runner="noop", condition="params.tpoic > 1",
            schema={"type": "object", "properties": {"day": {}}, "additionalProperties": False}),
    _params("where none is allowed", "condition", runner="noop", condition="params.day > 1",
            schema={"type": "object", "additionalProperties": False}),
    _bound("in SQL", "select * from items where topic = :tpoic"),
    _bound("in SQL, before a cast", "select * from items where x = :tpoic::date and ':y' <> $$:z$$ -- :q"),
    _bound("in SQL that binds others", "select * from items where x = :topic and y = :tpoic", bind={"topic": 1}),
    _bound("in SQL, after a string with a colon", "select 'it''s :day' as x, E'\\':size' as y where a = :tpoic"),
    _params("in SQL of collect", "params.sql", runner="collect", params={"sql": "select :tpoic as x"}),
]  # fmt: skip

_TABLES = [
    _table("the engine's", "batch_instance"),
    _table("the engine's, with a schema and in capitals", 'public."Batch_Item"'),
    _table("the engine's dead letters", " marts.dead_letter"),
    _table("what the engine may yet have", "provider_x"),
    _table("PostgreSQL's", "pg_catalog.pg_class"),
    _table("PostgreSQL's schema of information", "information_schema.tables"),
    _table("more than a name", 'people"; drop table people; --'),
    _table("too many names", "a.b.c"),
]

_UNPARSABLE = [
    BadDefinition("NUL", {"name": "bad"}, (), steps_text='[{"key": "a\\u0000"}]', sqlstate="22P05"),
    BadDefinition("NaN", {"name": "bad"}, (), steps_text='[{"key": "a", "timeoutSeconds": NaN}]', sqlstate="22P02"),
    BadDefinition(
        "a huge exponent",
        {"name": "bad"},
        (),
        steps_text='[{"key": "a", "timeoutSeconds": 1e999999}]',
        sqlstate="22003",
    ),
    BadDefinition("100,000 brackets", {"name": "bad"}, (), steps_text="[" * 100_000, sqlstate="54001"),
    BadDefinition("no JSON", {"name": "bad"}, (), steps_text="key: a", sqlstate="22P02"),
]

_PYTHON_ONLY = [
    BadDefinition(
        "a dangling dot in a template",
        _chain({}, {"params": {"note": "{{ params. }}"}}),
        ("steps[1].params.note",),
        sql=False,
    ),
    BadDefinition(
        "an unknown name in a template",
        _chain({}, {"params": {"note": "{{ parms.x }}"}}),
        ("steps[1].params.note",),
        sql=False,
    ),
]

BAD: tuple[BadDefinition, ...] = (
    *_COLUMNS, *_CRONS, *_SHAPES, *_GRAPHS, *_RUNNERS, *_SIZES, *_TEMPLATES, *_CONDITIONS, *_SQLS, *_PARAMS, *_TABLES, *_UNPARSABLE,
    *_PYTHON_ONLY,
)  # fmt: skip
