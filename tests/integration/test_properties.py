"""Random graphs on the real store end as a simple model says, which shares no code with the engine."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from tests.harness import Harness, engine_on, step

FAILURES = {"failed", "upstream_failed", "cancelled"}
FAN_INS = [
    "none_failed_min_one_success", "all_success", "none_failed", "any_success", "all_done", "any_failed",
]  # fmt: skip
SETTINGS = settings(max_examples=40, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])


@dataclass(frozen=True)
class Node:
    """A step of a random graph, and how it behaves."""

    key: str
    parents: tuple[str, ...]
    fan_in: str
    condition: str | None
    fails: int
    """So many calls of its runner fail before one succeeds."""
    continues: bool

    def reads(self) -> str | None:
        """The parent whose result its condition reads."""
        return self.condition.split(".")[1] if self.condition and self.condition.startswith("steps.") else None


@st.composite
def graphs(draw: st.DrawFn) -> list[Node]:
    nodes: list[Node] = []
    for number in range(draw(st.integers(1, 12))):
        keys = [node.key for node in nodes]
        parents = tuple(draw(st.lists(st.sampled_from(keys), unique=True, max_size=4))) if keys else ()
        fan_in = draw(st.sampled_from(FAN_INS))
        conditions = [None, None, None, "true", "false"]
        if parents and fan_in != "any_success":  # which may run before the parent that it would read has ended
            conditions.append(f"steps.{parents[0]}.n == 1")
        node = Node(
            f"s{number}", parents, fan_in, draw(st.sampled_from(conditions)), draw(st.sampled_from([0, 0, 0, 1, 2])),
            draw(st.booleans()),
        )  # fmt: skip
        nodes.append(node)
    return nodes


def definition(nodes: list[Node]) -> list[dict[str, Any]]:
    return [
        step(
            node.key,
            *[child.key for child in nodes if node.key in child.parents],
            fanIn=node.fan_in,
            condition=node.condition,
            onFailure="continue" if node.continues else "fail",
            params={"failTimes": node.fails, "result": {"n": 1}},
            retry={"maxAttempts": 1},
        )
        for node in nodes
    ]


class Model:
    """What must become of each step, parents first; a retry keeps what is done and stands on what is kept."""

    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = nodes
        self.states: dict[str, str] = {}
        self.calls = dict.fromkeys((node.key for node in nodes), 0)

    def run(self) -> None:
        kept: set[str] = set()
        for node in self.nodes:
            if self._is_done(node) and kept.issuperset(node.parents):
                kept.add(node.key)
            else:
                self.states[node.key] = self._fate(node)

    def _is_done(self, node: Node) -> bool:
        state = self.states.get(node.key)
        return state in ("succeeded", "skipped") or (state == "failed" and node.continues)

    def _fate(self, node: Node) -> str:
        refused = self._refusal(node)
        if refused is not None:
            return refused
        if node.condition == "false":
            return "skipped"
        read = node.reads()
        if read is not None and self.states[read] != "succeeded":
            return "failed"
        self.calls[node.key] += 1
        return "failed" if self.calls[node.key] <= node.fails else "succeeded"

    def _refusal(self, node: Node) -> str | None:
        """Return what a step that its parents do not let run becomes; None if it may run."""
        seen = [self._seen(key) for key in node.parents]
        good, bad = seen.count("succeeded"), sum(state in FAILURES for state in seen)
        may_run = {
            "none_failed_min_one_success": not bad and (good > 0 or not seen),
            "all_success": good == len(seen),
            "none_failed": not bad,
            "any_success": good > 0 or not seen,
            "all_done": True,
            "any_failed": bad > 0,
        }[node.fan_in]
        if may_run:
            return None
        return "upstream_failed" if bad and node.fan_in != "any_failed" else "skipped"

    def _seen(self, key: str) -> str:
        by_key = {node.key: node for node in self.nodes}
        return "succeeded" if self.states[key] == "failed" and by_key[key].continues else self.states[key]

    @property
    def status(self) -> str:
        hard = [node.key for node in self.nodes if not node.continues]
        return "failed" if any(self.states[key] == "failed" for key in hard) else "succeeded"


class Bench:
    """An engine at work in an event loop that stands still between the examples."""

    def __init__(self, loop: asyncio.Runner, harness: Harness) -> None:
        self._loop = loop
        self._harness = harness

    def start(self, nodes: list[Node]) -> int:
        self._loop.run(self._harness.define(*definition(nodes)))
        return self._loop.run(self._harness.engine.start("pipeline"))

    def retry(self, instance: int) -> None:
        self._loop.run(self._harness.engine.retry(instance))

    def wait(self, instance: int) -> str:
        return str(self._loop.run(self._harness.engine.wait(instance)).status)

    def states(self, instance: int) -> Mapping[str, str]:
        return self._loop.run(self._harness.states(instance))

    def calls(self, instance: int) -> Mapping[str, int]:
        found = self._harness.noop.calls
        return {key: count for (number, key), count in found.items() if number == instance}


@pytest.fixture
def bench(database_url: str) -> Iterator[Bench]:
    with asyncio.Runner() as loop:
        stack = AsyncExitStack()
        harness = loop.run(stack.enter_async_context(engine_on(database_url, lease_seconds=60.0)))
        loop.run(stack.enter_async_context(harness.engine.working()))
        yield Bench(loop, harness)
        loop.run(stack.aclose())


@SETTINGS
@given(nodes=graphs())
def test_a_random_graph_ends_as_the_model_says_and_so_does_each_retry_of_it(bench: Bench, nodes: list[Node]) -> None:
    model = Model(nodes)
    instance = bench.start(nodes)
    for attempt in range(3):
        model.run()
        note(f"run {attempt}: {model.states}")
        assert bench.wait(instance) == model.status
        assert bench.states(instance) == model.states
        assert bench.calls(instance) == {key: count for key, count in model.calls.items() if count}
        if model.status == "succeeded":
            return
        bench.retry(instance)
    bench.wait(instance)
