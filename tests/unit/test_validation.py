"""Validation: every problem by its path, all at once, and no row that hangs or crashes it."""

import time
from typing import Any

import pytest

from definitions.errors import DefinitionError
from definitions.validation import apply_defaults, check, check_params, load

RUNNERS: dict[str, dict[str, Any]] = {
    "collect": {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "sql": {"anyOf": [{"type": "string"}, {"type": "null"}], "x-sql": True},
            "limit": {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "null"}]},
            "mode": {"enum": ["fast", "slow"]},
            "source": {
                "oneOf": [
                    {"properties": {"kind": {"const": "csv"}, "path": {}}, "required": ["kind", "path"]},
                    {"properties": {"kind": {"const": "http"}, "url": {}}, "required": ["kind", "url"]},
                ]
            },
        },
    },
    "generate": {
        "type": "object",
        "properties": {"prompt": {"type": "string", "x-per-item": True}, "count": {"type": "integer"}},
        "required": ["prompt"],
    },
    "process": {"type": "object"},
    "load": {"type": "object"},
}  # fmt: skip


def row(*steps: Any, **columns: Any) -> dict[str, Any]:
    return {"name": "demo", "steps": list(steps)} | columns


def step(key: str, *next_steps: str, **fields: Any) -> dict[str, Any]:
    return {"key": key, "runner": "process", "nextSteps": list(next_steps)} | fields


def problems(definition: dict[str, Any]) -> list[str]:
    started = time.thread_time()  # of the check alone, whatever else runs in this process
    found = [str(problem) for problem in check(definition, runners=RUNNERS)]
    assert time.thread_time() - started < 2
    return found


GOOD = row(
    step("pick", "write", runner="collect", params={"sql": "select 1;", "limit": "{{ params.n }}"}),
    step("write", "load", runner="generate", params={"prompt": "{{ item.q }} {{ steps.pick.result.n }}", "count": 3},
         condition="steps.pick.result.items > 0", parallel={"over": "pick"}),
    {"key": "load"},
    step("alone", parallel={"over": "params.list"}),
    cron="0 6 * * 1-5", timezone="Europe/Berlin", budget_usd=5, params_schema={"type": "object"},
)  # fmt: skip


def test_a_good_definition_has_no_problems_and_is_loaded() -> None:
    assert problems(GOOD) == []
    assert load(GOOD, runners=RUNNERS).steps[1].runner_name == "generate"


def test_every_problem_is_reported_at_once() -> None:
    bad = row(step("a", "b", "b", runner="colect"), step("a"), cron="x", timezone="Mars", misfire="lates")
    with pytest.raises(DefinitionError) as caught:
        load(bad, runners=RUNNERS)
    assert {problem.path for problem in caught.value.problems} == {
        "misfire", "cron", "timezone", "steps[1].key", "steps[0].nextSteps[0]", "steps[0].nextSteps[1]",
        "steps[0].runner",
    }  # fmt: skip
    assert "definition 'demo' has 7 problem(s)" in str(caught.value)


def collect(**params: Any) -> dict[str, Any]:
    return step("a", runner="collect", params=params)


@pytest.mark.parametrize(
    ("definition", "problem"),
    [
        # shape
        ({}, "name: is required"),
        ({"name": "demo"}, "steps: is required"),
        (row(), "steps: has 0 entries, but at least 1 is allowed"),
        (row() | {"steps": {"a": 1}}, "steps: must be a list, not object of 1"),
        (row() | {"steps": None}, "steps: must be a list, not null"),
        (row(7), "steps[0]: must be an object, not number 7"),
        (row({"runner": "load"}), "steps[0].key: is required"),
        (row(step("A")), 'steps[0].key: "A" is not a key'),
        (row(step("a")) | {"name": "a b"}, 'name: "a b" is not a key'),
        (row(step("a"), colour="red"), 'colour: unknown field "colour"'),
        (row(step("a", nextStep=[])), 'steps[0].nextStep: unknown field "nextStep" (did you mean "nextSteps"?)'),
        (row(step("a", next_steps=[])), 'steps[0].next_steps: unknown field "next_steps" (did you mean "nextSteps"?)'),
        (row(step("a", nextSteps="b")), 'steps[0].nextSteps: must be a list, not string "b"'),
        (row(step("a", nextSteps=[1])), "steps[0].nextSteps[0]: must be a string, not number 1"),
        (row(step("a", retry={"maxAttempts": 0})), "steps[0].retry.maxAttempts: number 0 should be greater than"),
        (row(step("a", retry={"max": 1})), 'steps[0].retry.max: unknown field "max"'),
        (row(step("a", retry={"on": ["timout"]})), 'steps[0].retry.on[0]: "timout" is none of'),
        (row(step("a", parallel={"over": "params.x", "tolerate": {"percent": 101}})),
         "steps[0].parallel.tolerate.percent:"),
        (row(step("a", fanIn="all")), 'steps[0].fanIn: "all" is none of'),
        (row(step("a", timeoutSeconds="5")), 'steps[0].timeoutSeconds: must be a number, not string "5"'),
        (row(step("a", params=[])), "steps[0].params: must be an object, not list of 0"),
        (row(step("a"), enabled="yes"), 'enabled: must be true or false, not string "yes"'),
        (row(step("a"), max_active=0), "max_active: number 0 should be greater than"),
        (row(step("a"), budget_usd=-1), "budget_usd: number -1 should be greater than"),
        (row(step("a"), misfire="lates"), '(did you mean "latest"?)'),
        # columns
        (row(step("a"), cron="61 * * * *"), 'cron: "61 * * * *": bad minute'),
        (row(step("a"), cron="0 0 30 2 *"), "cron: "),
        (row(step("a"), timezone="Europe/Berln"),
         'timezone: unknown time zone "Europe/Berln" (did you mean "Europe/Berlin"?)'),
        (row(step("a"), params_schema={"type": "array"}), 'params_schema.type: must be "object"'),
        (row(step("a"), params_schema={}), 'params_schema.type: must be "object"'),
        (row(step("a"), params_schema={"type": "object", "properties": {"n": {"type": "int"}}}),
         'params_schema.properties.n.type: string "int" is none of'),
        (row(step("a"), params_schema={"type": "object", "properties": {"n": {"$ref": "http://example.com/x"}}}),
         'params_schema.properties.n.$ref: "http://example.com/x" leads nowhere'),
        (row(step("a"), params_schema={"type": "object", "$ref": "#/$defs/gone"}), "params_schema.$ref:"),
        (row(step("a"), params_schema={"type": "object", "$ref": "#"}), "params_schema: cannot be checked"),
        (row(step("a"), params_schema={"type": "object", "$id": "http://example.com"}), "params_schema.$id:"),
        (row(step("a"), params_schema={"type": "object", "properties": {"n": {"pattern": "("}}}),
         'params_schema.properties.n.pattern: "(" is not a regular expression: missing ): ('),
        (row(step("a"), params_schema={"type": "object", "properties": {"n": {"pattern": "^(?!x)y"}}}),
         'params_schema.properties.n.pattern: "^(?!x)y" looks around or refers back, which no pattern may'),
        (row(step("a"), params_schema={"type": "object", "patternProperties": {r"(a)\1": {}}}),
         'params_schema.patternProperties: "(a)\\1" looks around or refers back, which no pattern may'),
        # wiring
        (row(step("a", "b"), step("b"), step("b")), 'steps[2].key: duplicate key "b" (first at steps[1])'),
        (row(step("load"), step("b", "lod")), 'steps[1].nextSteps[0]: unknown step "lod" (did you mean "load"?)'),
        (row(step("a", "b", "b"), step("b")), 'steps[0].nextSteps[1]: "b" is listed twice'),
        (row(step("a", "a")), 'steps[0].nextSteps[0]: "a" cannot follow itself'),
        (row(step("a", "b"), step("b", "c"), step("c", "a")), "steps[2].nextSteps[0]: cycle: a → b → c → a"),
        (row(step("r", "b"), step("b", "c"), step("c", "d", "b"), step("d")),
         "steps[2].nextSteps[1]: cycle: b → c → b"),
        (row(step("b", "c"), step("c", "b", "d"), step("d")), 'steps[2].key: "d" is unreachable'),
        (row(step("a", "b"), step("b", "a"), step("c", "d"), step("d", "c")),
         "steps[3].nextSteps[0]: cycle: c → d → c"),
        # runners and params
        (row(step("a", runner="colect")), 'steps[0].runner: unknown runner "colect" (did you mean "collect"?)'),
        (row({"key": "colect"}),
         'steps[0].key: names no runner and "colect" is no registered one (did you mean "collect"?)'),
        (row(step("a", runner="generate")), "steps[0].params.prompt: is required"),
        (row(collect(sqll="x")), 'steps[0].params.sqll: unknown field "sqll" (did you mean "sql"?)'),
        (row(collect(limit="x")), 'steps[0].params.limit: must be a whole number or null, not string "x"'),
        (row(collect(limit=0)), "steps[0].params.limit: number 0 does not satisfy minimum 1"),
        (row(collect(limit="about {{ params.n }}")), "steps[0].params.limit: must be a whole number or null"),
        (row(collect(mode="fats")),
         'steps[0].params.mode: string "fats" is none of ["fast", "slow"] (did you mean "fast"?)'),
        (row(collect(source={"kind": "http", "path": "x"})), "steps[0].params.source.url: is required"),
        # texts
        (row(step("a", condition="params.x >")), "steps[0].condition: "),
        (row(step("a", condition="parms.x")), 'steps[0].condition: unknown name "parms" (did you mean "params"?)'),
        (row(step("a", "b"), step("b", condition="steps.aa.x")),
         'steps[1].condition: "steps.aa": unknown step (did you mean "a"?)'),
        (row(step("a", "b", condition="steps.b.x"), step("b")),
         'steps[0].condition: "steps.b" is not an ancestor of "a"'),
        (row(step("a", condition="steps.a.x")), 'steps[0].condition: "steps.a" is not an ancestor of "a"'),
        (row(step("a", parallel={"over": "b"}), step("b")), 'steps[0].parallel.over: "b" is not an ancestor of "a"'),
        (row(step("a", parallel={"over": "c"})), 'steps[0].parallel.over: unknown step "c"'),
        (row(step("a", parallel={"over": "params."})), "steps[0].parallel.over: "),
        (row(step("a", params={"x": [{"y z": "{{ params. }}"}]})), 'steps[0].params.x[0]["y z"]: '),
        (row(step("a", params={"x": "{{ item.q }}"})), 'steps[0].params.x: unknown name "item"'),
        (row(step("a", params={"x": "{% include 'y' %}"})), "steps[0].params.x: not allowed here: include"),
        (row(step("a", params={"x": "{{ steps.b.y }}"}), step("b")),
         'steps[0].params.x: "steps.b" is not an ancestor of "a"'),
        (row(step("a", runner="generate", params={"prompt": "{{ item. }}"})), "steps[0].params.prompt: "),
        (row(step("a", runner="generate", params={"prompt": "{{ itm.q }}"})),
         'unknown name "itm" (did you mean "item"?)'),
        (row(collect(sql="select {{ params.x }}")), "steps[0].params.sql: SQL is not a template"),
        (row(collect(sql="delete from x")), 'steps[0].params.sql: the SQL begins with "delete"'),
        (row(collect(sql="select 1; drop table x")), "steps[0].params.sql: the SQL has more than one statement"),
        (row(collect(sql=" -- nothing\n/* at /* all */ */ ")), "steps[0].params.sql: the SQL is empty"),
        # limits
        (row(step("a", params={"x": "y" * 1_000_001})), "steps[0].params.x: has 1,000,001 characters"),
        (row(step("a", params={"x": ["y" * 900_000] * 10})), "steps: the definition is larger than"),
        (row(step("a", params={"x": "\0"})), "steps[0].params.x: has a NUL character"),
        (row(step("a", params={"x\0": 1})), "steps[0].params: has a NUL character"),
        (row(step("a", params={"x": "\ud800"})), "steps[0].params.x: has half a surrogate pair"),
        (row(step("a", params={"x": float("nan")})), "steps[0].params.x: NaN and infinity are not JSON"),
        (row(step("a", params={"x": object()})), "steps[0].params.x: a value of type object is not JSON"),
        (row(*[step(f"s{i}") for i in range(20_001)]), "steps: has 20001 entries, but at most 20,000 are allowed"),
    ],
    ids=lambda value: value[:50] if isinstance(value, str) else "",
)  # fmt: skip
def test_a_bad_definition_is_refused_at_the_right_path(definition: dict[str, Any], problem: str) -> None:
    found = problems(definition)
    assert any(problem in line for line in found), found


@pytest.mark.parametrize(
    "sql",
    [
        "select ';' from x",
        'select 1 as ";" ;  -- ; done\n',
        "with x as (select $$;$$) table x /* ; /* nested ; */ */",
        "(values (1), ($tag$ ; $tag$))",
        "select e'it\\';s'",
        "SELECT type';' from x",
        "select 5 :: text, :name",
    ],
)
def test_sql_that_is_one_query_passes(sql: str) -> None:
    assert problems(row(collect(sql=sql))) == []


@pytest.mark.parametrize(
    "text",
    ["select 1 " + " ".join(f"$a{i}$" for i in range(100_000)), "select /*" * 100_000, "select '" + "''" * 400_000,
     "select " + "e'\\' " * 150_000, "(" * 900_000, "select " + '"' * 900_001, "select 1" + ";" * 900_000],
    ids=lambda text: text[:16],
)  # fmt: skip
def test_hostile_sql_is_looked_at_in_linear_time(text: str) -> None:
    problems(row(collect(sql=text)))


def test_a_template_passes_where_another_type_is_wanted() -> None:
    assert problems(row(collect(limit="{{ params.n }}", mode="{{ params.mode }}", source="{{ params.source }}"))) == []


def test_a_step_may_read_any_ancestor_and_separate_parts_are_fine() -> None:
    steps = [step("a", "b"), step("b", "c"), step("c", condition="steps.a.x > 0"), step("d"), step("e")]
    assert problems(row(*steps)) == []


def test_a_chain_of_10000_steps_with_a_reference_each_is_checked_in_seconds() -> None:
    chain = [step("s0", "s1")]
    chain += [step(f"s{i}", f"s{i + 1}", params={"x": f"{{{{ steps.s{i - 1}.result.x }}}}"}) for i in range(1, 9_999)]
    chain += [step("s9999", condition="steps.s0.result.x > 0")]
    assert check(row(*chain), runners=RUNNERS) == []


def test_a_cycle_of_10000_steps_is_printed_in_short() -> None:
    ring = [step(f"s{i}", f"s{(i + 1) % 10_000}") for i in range(10_000)]
    (problem,) = check(row(*ring), runners=RUNNERS)
    assert problem.path == "steps[9999].nextSteps[0]"
    assert problem.message.startswith("cycle: s0 → s1 →")
    assert len(problem.message) < 300


def test_a_definition_with_10000_mistakes_gets_the_first_hundred_quickly() -> None:
    found = problems(row(*[step(f"s{i}", "s10001", runner="colect") for i in range(10_000)]))
    assert len(found) == 101
    assert found[-1] == "definition: has more than 100 problems; these are the first"


def test_values_nested_100000_deep_are_refused_without_a_crash() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    for bad in (
        row(step("a", params={"x": deep})),
        row() | {"steps": deep},
        row(step("a"), params_schema={"type": deep}),
    ):
        assert "nested more than 50 levels deep" in problems(bad)[0]


def test_instance_params_are_checked_against_the_schema() -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer"}, "to": {"enum": ["a"]}}, "required": ["n"]}
    assert check_params({"n": 1}, schema) == []
    closed = schema | {"additionalProperties": False}
    found = [str(problem) for problem in check_params({"too": 1, "to": "b"}, closed)]
    assert found == [
        'params.to: string "b" is none of ["a"]',
        "params.n: is required",
        'params.too: unknown field "too" (did you mean "to"?)',
    ]


SOURCES = {"type": "object", "properties": {"sql": {}, "path": {}, "items": {}}, "additionalProperties": False,
           "oneOf": [{"required": ["sql"]}, {"required": ["path"]}, {"required": ["items"]}]}  # fmt: skip


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({}, ["params: give exactly one of sql, path and items; given: none"]),
        ({"path": 1, "sql": 1}, ["params: give exactly one of sql, path and items; given: sql, path"]),
        ({"pth": 1}, [
            'params.pth: unknown field "pth" (did you mean "path"?)',
            "params: give exactly one of sql, path and items; given: none",
        ]),
        ({"items": []}, []),
    ],
)  # fmt: skip
def test_of_alternative_fields_exactly_one_is_asked_for_by_name(params: dict[str, Any], said: list[str]) -> None:
    assert [str(problem) for problem in check_params(params, SOURCES)] == said


def test_alternatives_that_are_more_than_fields_are_not_taken_for_them() -> None:
    typed = {"oneOf": [{"properties": {"n": {"type": "integer"}}}, {"properties": {"n": {"minimum": 0}}}]}
    assert [str(problem) for problem in check_params({"n": 1}, typed)] == [
        "params: fits more than one of the allowed forms"
    ]
    assert check_params({"n": 5}, {"properties": {"n": {"oneOf": SOURCES["oneOf"]}}})[0].path == "params.n"
    beside = {"oneOf": [{"required": ["a"], "minProperties": 2}, {"required": ["b"]}]}
    assert "params.b: is required" in [str(problem) for problem in check_params({}, beside)]


def test_a_template_is_just_text_in_instance_params() -> None:
    assert check_params({"n": "{{ 1 }}"}, {"type": "object", "properties": {"n": {"type": "integer"}}})


def test_a_schema_that_doubles_its_work_at_every_step_is_given_up() -> None:
    definitions: dict[str, Any] = {f"a{i}": {"allOf": [{"$ref": f"#/$defs/a{i + 1}"}] * 2} for i in range(40)}
    schema = {"type": "object", "$defs": definitions | {"a40": {}}, "$ref": "#/$defs/a0"}
    assert "cannot be checked" in check_params({}, schema)[0].message
    assert "cannot be checked" in check(row(step("a"), params_schema=schema), runners=RUNNERS)[0].message


def test_defaults_fill_what_is_absent_at_every_level() -> None:
    schema = {
        "type": "object",
        "properties": {
            "n": {"default": 3},
            "where": {"$ref": "#/$defs/where"},
            "all": {"items": {"$ref": "#/$defs/where"}},
            "kept": {"default": 1},
            "absent": {"properties": {"x": {"default": 1}}},
        },
        "$defs": {"where": {"properties": {"city": {"default": ["Rome"]}}}},
    }
    given = {"where": {}, "all": [{}, {"city": []}], "kept": None}
    assert apply_defaults(given, schema) == {
        "where": {"city": ["Rome"]}, "all": [{"city": ["Rome"]}, {"city": []}], "kept": None, "n": 3,
    }  # fmt: skip
    assert given == {"where": {}, "all": [{}, {"city": []}], "kept": None}


def test_defaults_of_a_schema_that_refers_to_itself_come_to_an_end() -> None:
    assert apply_defaults({}, {"$ref": "#", "properties": {"a": {"$ref": "#", "default": {}}}}) == {"a": {}}


DECLARES_DAY = {"type": "object", "properties": {"day": {}}}


def test_a_version_that_reads_a_param_which_nobody_declares_goes_on_though_no_edit_may_have_it() -> None:
    definition = row(step("a", condition="params.dya > 1"), params_schema=DECLARES_DAY)
    [problem] = problems(definition)
    assert problem.startswith(
        'steps[0].condition: unknown param "dya" (did you mean "day"?): declare it in params_schema'
    )
    assert load(definition, runners=RUNNERS).name == "demo"


def test_sql_of_a_runner_that_does_not_say_what_binds_it_may_name_anything() -> None:
    assert problems(row(step("a", runner="collect", params={"sql": "select :x"}), params_schema=DECLARES_DAY)) == []


def test_of_a_thousand_params_that_nobody_declares_the_first_are_told_quickly() -> None:
    note = "".join(f"{{{{ params.dya{i} }}}}" for i in range(1_000))
    schema = {"type": "object", "properties": {f"day{i}": {} for i in range(200)}}
    found = problems(row(step("a", params={"note": note}), params_schema=schema))
    assert len(found) == 101
    assert found[0].startswith('steps[0].params.note: unknown param "dya0" (did you mean "day0"?): ')
