"""A change of a definition as a sentence."""

from collections.abc import Mapping
from typing import Any

import pytest

from engine.change_words import said
from engine.changes import Change, changes


@pytest.mark.parametrize(
    ("path", "before", "after", "words"),
    [
        ("budget_usd", 2, None, "an instance may now spend any amount, not $2"),
        ("cron", None, "@daily", "it is now started by the cron @daily"),
        ("cron", "@daily", "@hourly", "it is now started by the cron @hourly, not @daily"),
        ("cron", "@daily", None, "it is no longer started by the cron @daily"),
        ("description", "a", "b", "its description is edited"),
        ("enabled", True, False, "it is disabled: its cron does not fire"),
        ("max_active", None, 1, "now 1 instance may run at once, not any number of instances"),
        ("misfire", "all", "none", "instants that nobody fired in time are not made up for"),
        ("overlap", "skip", "queue", "an instant that comes while an instance runs waits for its end"),
        ("params_schema.properties.day", None, {"type": "string"},
         'the schema of its params is edited: properties.day is now {"type": "string"}'),
        ("priority", 0, 5, "priority is now 5, not 0"),
        ("steps.load", {"key": "load"}, None, "step load is gone"),
        ("steps.load", None, {"key": "load", "runner": None}, "step load is new: it runs load"),
        ("steps.ask", None, {"runner": "generate", "nextSteps": ["a", "b"]},
         "step ask is new: it runs generate, before a and b"),
        ("steps.load.condition", None, "params.ok", "step load now runs only if params.ok"),
        ("steps.load.condition", "params.ok", None, "step load now runs always"),
        ("steps.load.fanIn", "all_success", "any_failed",
         "step load now runs only if one of the steps before it failed"),
        ("steps.load.nextSteps", ["a"], ["b"], "step b now waits for load too; step a no longer waits for load"),
        ("steps.explain.nextSteps", [], ["load", "tell"], "steps load and tell now wait for explain too"),
        ("steps.explain.nextSteps", ["a", "b"], ["b", "a"],
         "the steps after explain are listed in another order, which changes nothing else"),
        ("steps.load.onFailure", "fail", "continue",
         "a failure of step load now counts as a success for the steps after it and for the instance"),
        ("steps.load.parallel", None, {"over": "collect", "chunk": 100},
         "step load now runs in shards of 100, over collect"),
        ("steps.load.parallel", {"over": "collect"}, None, "step load now runs in one piece"),
        ("steps.load.params.table", "a", "b", "step load: table is now b, not a"),
        ("steps.load.params.sql", None, "select  1\nfrom x", "step load: sql is now select 1 from x"),
        ("steps.load.params.keys", ["id"], None, 'step load: keys is no longer set; it was ["id"]'),
        ("steps.load.retry.maxAttempts", 3, 1, "step load is now tried at most 1 times, not 3"),
        ("steps.load.retry.jitter", "full", "none", "step load: retry.jitter is now none, not full"),
        ("steps.load.runner", "load", "embed", "step load now runs embed, not load"),
        ("steps.load.timeoutSeconds", 3600.0, 5, "an attempt of step load may now take 5 s, not 3600 s"),
    ],
)  # fmt: skip
def test_a_change_is_said_in_words(path: str, before: Any, after: Any, words: str) -> None:
    assert said(Change(path, before, after)).words == words


@pytest.mark.parametrize(
    ("path", "before", "after", "code", "values"),
    [
        ("budget_usd", 2, None, "budget", {"before": 2}),
        ("cron", "@daily", "@hourly", "cron", {"before": "@daily", "after": "@hourly"}),
        ("cron", "@daily", None, "cron_removed", {"before": "@daily"}),
        ("description", "a", "b", "description", {}),
        ("enabled", False, True, "enabled", {}),
        ("enabled", True, False, "disabled", {}),
        ("max_active", None, 1, "max_active", {"after": 1}),
        ("misfire", "all", "none", "misfire", {"misfire": "none"}),
        ("overlap", "skip", "queue", "overlap", {"overlap": "queue"}),
        ("params_schema.properties.day", None, {"type": "string"}, "params_schema",
         {"field": "properties.day", "after": '{"type": "string"}'}),
        ("priority", 0, 5, "field", {"field": "priority", "before": "0", "after": "5"}),
        ("steps.ask", None, {"runner": "generate", "nextSteps": ["a"]}, "step_added",
         {"step": "ask", "runner": "generate", "next_steps": ["a"]}),
        ("steps.load", {"key": "load"}, None, "step_removed", {"step": "load"}),
        ("steps.load.condition", "params.ok", None, "step_unconditional", {"step": "load"}),
        ("steps.load.condition", None, "params.ok", "step_condition", {"step": "load", "condition": "params.ok"}),
        ("steps.load.fanIn", "all_success", "any_failed", "step_fan_in", {"step": "load", "fan_in": "any_failed"}),
        ("steps.load.nextSteps", ["a", "b"], ["b", "a"], "next_steps_reordered", {"step": "load"}),
        ("steps.load.nextSteps", ["a"], ["b"], "next_steps", {"step": "load", "gained": ["b"], "lost": ["a"]}),
        ("steps.load.onFailure", "fail", "stop", "step_on_failure", {"step": "load", "on_failure": "stop"}),
        ("steps.load.parallel", None, {"over": "a", "chunk": 9}, "step_parallel",
         {"step": "load", "chunk": 9, "over": "a"}),
        ("steps.load.parallel", {"over": "a"}, None, "step_in_one_piece", {"step": "load"}),
        ("steps.load.params.keys", ["id"], None, "step_field", {"step": "load", "field": "keys", "before": '["id"]'}),
        ("steps.load.retry.maxAttempts", 3, 1, "step_attempts", {"step": "load", "before": 3, "after": 1}),
        ("steps.load.runner", None, "embed", "step_runner", {"step": "load", "before": "load", "after": "embed"}),
        ("steps.load.timeoutSeconds", 9.0, 5, "step_timeout", {"step": "load", "before": 9.0, "after": 5}),
    ],
)  # fmt: skip
def test_a_change_is_told_to_programs(path: str, before: Any, after: Any, code: str, values: Mapping[str, Any]) -> None:
    told = said(Change(path, before, after))
    assert (told.code, told.values) == (code, values)


def test_a_long_value_is_cut() -> None:
    assert said(Change("steps.a.params.sql", None, "x" * 100)).words == f"step a: sql is now {'x' * 59}…"


def test_every_field_that_can_change_has_a_sentence() -> None:
    step = {"key": "a", "runner": "noop"}
    before = {"name": "x", "steps": [step]}
    after = before | {
        "steps": [
            step
            | {
                "fanIn": "all_done",
                "onFailure": "stop",
                "condition": "true",
                "parallel": {"over": "[1]"},
                "description": "d",
                "params": {"n": 1},
                "retry": {"maxAttempts": 9, "on": ["data"]},
                "timeoutSeconds": 1,
            }
        ],
        "cron": "@daily",
        "timezone": "Asia/Seoul",
        "misfire": "all",
        "overlap": "allow",
        "budget_usd": 5,
        "max_active": 2,
        "enabled": False,
        "priority": 1,
    }
    sentences = [said(change).words for change in changes(before, after)]
    assert len(sentences) == len(set(sentences)) == 17
