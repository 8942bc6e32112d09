"""The step graph: parents, children, ancestors, roots and order."""

from typing import Any

from definitions.graph import StepGraph, find_cycle
from definitions.models import Definition


def graph(**next_steps: list[str]) -> StepGraph:
    steps: list[dict[str, Any]] = [{"key": key, "nextSteps": children} for key, children in next_steps.items()]
    return StepGraph(Definition.model_validate({"name": "d", "steps": steps}))


DIAMOND = {"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": [], "alone": []}


def test_parents_and_children_are_the_direct_neighbours() -> None:
    diamond = graph(**DIAMOND)
    assert set(diamond.parents("d")) == {"b", "c"}
    assert set(diamond.children("a")) == {"b", "c"}
    assert diamond.parents("a") == ()


def test_ancestors_are_all_that_come_before() -> None:
    assert graph(**DIAMOND).ancestors("d") == {"a", "b", "c"}
    assert graph(**DIAMOND).ancestors("alone") == frozenset()


def test_roots_have_no_parents_and_several_components_are_allowed() -> None:
    assert graph(**DIAMOND).roots == ("a", "alone")


def test_the_order_has_parents_first_and_else_follows_the_definition() -> None:
    assert graph(d=[], c=["d"], b=["d"], a=["b", "c"]).order == ("a", "c", "b", "d")


def test_a_chain_of_10000_steps_has_an_order_and_ancestors() -> None:
    chain = graph(**{f"s{i}": [f"s{i + 1}"] if i < 9_999 else [] for i in range(10_000)})
    assert chain.order[-1] == "s9999"
    assert len(chain.ancestors("s9999")) == 9_999


def test_a_cycle_is_found_with_its_first_step_repeated() -> None:
    steps = Definition.model_validate(
        {"name": "d", "steps": [{"key": "a", "nextSteps": ["b"]}, {"key": "b", "nextSteps": ["a", "unknown"]}]}
    ).steps
    assert find_cycle(steps) in (["a", "b", "a"], ["b", "a", "b"])
    assert find_cycle(steps[:1]) is None
