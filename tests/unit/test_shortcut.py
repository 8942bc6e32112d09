"""Which reports are written without reading a row first."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from definitions.graph import StepGraph
from definitions.models import Definition
from engine.claims import Claim, Report
from engine.contexts import InstanceContext
from engine.planner import StepState
from engine.settle import Again, Finish, Settlement
from engine.shortcut import Follower, followers, split
from tests.harness import step

DONE = Finish(StepState.SUCCEEDED, result="{}")


def context(*steps: dict[str, Any]) -> InstanceContext:
    graph = StepGraph(Definition.model_validate({"name": "p", "steps": list(steps)}))
    return cast("InstanceContext", SimpleNamespace(graph=graph))


def report(key: str, settlement: Settlement = DONE, *, instance: int = 1, shard: int = 0) -> Report:
    claim = Claim(hash((instance, key)) % 1000, instance, key, shard, 1, 0, 0, None, 1)
    return Report(claim, settlement)


def test_a_success_that_releases_steps_which_wait_for_nobody_else_takes_the_short_way() -> None:
    one = report("a")
    ways = split({1: context(step("a", "b", "c"), step("b"), step("c"))}, [one])
    assert ways.long == []
    [(released, children)] = ways.short
    assert (released, list(children)) == (one, ["b", "c"])


@pytest.mark.parametrize("rule", ["all_success", "all_done", "none_failed", "none_failed_min_one_success"])
def test_a_success_that_a_join_waits_for_takes_the_short_way(rule: str) -> None:
    graph = context(step("a", "c"), step("b", "c"), step("c", fanIn=rule))
    reports = [report("a"), report("b")]
    ways = split({1: graph}, reports)
    assert [release.report for release in ways.short] == reports
    assert followers({1: graph}, ways.short) == ([Follower(1, "c", "noop", parents=2, ending=2)], [[1], [1]])


def test_each_report_names_the_places_of_the_steps_that_wait_for_it() -> None:
    graph = context(step("a", "b", "c"), step("d", "c"), step("b"), step("c"))
    contexts = {1: graph, 2: graph}
    told = followers(contexts, split(contexts, [report("a"), report("d"), report("a", instance=2)]).short)
    assert [(step.instance_id, step.key, step.parents, step.ending) for step in told.steps] == [
        (1, "b", 1, 1), (1, "c", 2, 2), (2, "b", 1, 1), (2, "c", 2, 1),
    ]  # fmt: skip
    assert told.places == [[1, 2], [2], [3, 4]]


@pytest.mark.parametrize(
    "steps",
    [
        (step("a"),),
        (step("a", "c"), step("b", "c"), step("c", fanIn="any_success")),
        (step("a", "c"), step("c", condition="true")),
        (step("a", "c"), step("c", parallel={"over": "a"})),
        (step("a", "c"), step("c", fanIn="any_failed")),
        (step("a", "b", "c"), step("b"), step("c", condition="false")),
    ],
    ids=["a leaf", "a join for any", "a condition", "a parallel step", "a step for failures", "one of several"],
)
def test_what_has_to_be_read_first_goes_the_longer_way(steps: tuple[dict[str, Any], ...]) -> None:
    one = report("a")
    ways = split({1: context(*steps)}, [one])
    assert (ways.short, ways.long) == ([], [one])


@pytest.mark.parametrize(
    "one",
    [
        report("a", Finish(StepState.FAILED, reason="data", error="no")),
        report("a", Again(timedelta(seconds=1), "snoozed: later", is_snooze=True)),
        report("a", shard=2),
    ],
    ids=["a failure", "a snooze", "a shard"],
)
def test_what_is_no_plain_success_goes_the_longer_way(one: Report) -> None:
    ways = split({1: context(step("a", "b"), step("b"))}, [one])
    assert (ways.short, ways.long) == ([], [one])


def test_an_instance_has_all_its_reports_on_one_way() -> None:
    chain, mixed = context(step("a", "b"), step("b")), context(step("a", "b"), step("b"), step("leaf"))
    first, second = report("a", instance=1), report("a", instance=2)
    leaf = report("leaf", instance=2)
    ways = split({1: chain, 2: mixed}, [second, first, leaf])
    assert [release.report for release in ways.short] == [first]
    assert ways.long == [second, leaf]
