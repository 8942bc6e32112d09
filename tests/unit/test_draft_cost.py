"""What an edit does to the cost: steps that are dropped, changed, moved to another model, new."""

from decimal import Decimal
from typing import Any

import pytest

from definitions.models import Definition
from engine.draft_cost import Bought, CostChange, Purchases, cost_change
from runners.providers.prices import PriceList, PriceRow

PRICES = PriceList(
    [
        PriceRow("openai", "dear", "batch", Decimal(10), None, Decimal(20)),
        PriceRow("openai", "dear", "live", Decimal(20), None, Decimal(40)),
    ]
)


def ask(key: str, **params: Any) -> dict[str, Any]:
    return {"key": key, "runner": "generate", "params": {"model": "cheap", "provider": "openai"} | params}


def definition(*steps: dict[str, Any]) -> Definition:
    return Definition.model_validate({"name": "x", "steps": list(steps) or [{"key": "empty"}]})


def bought(key: str, usd: str, *, mode: str = "batch", requests: int = 100, is_simulated: bool = False) -> Bought:
    return Bought(
        step_key=key, provider="openai", model="cheap", mode=mode, is_simulated=is_simulated, requests=requests,
        input_tokens=100 * requests, output_tokens=50 * requests, spent_usd=Decimal(usd),
    )  # fmt: skip


def change(before: Definition, after: Definition, *past: Bought, instances: int = 2) -> CostChange:
    found = cost_change(before, after, Purchases(instances, past), PRICES)
    assert found is not None
    return found


def test_an_edit_elsewhere_leaves_the_cost_as_it_was() -> None:
    found = change(definition(ask("a")), definition(ask("a"), {"key": "load"}), bought("a", "3"), bought("a", "1"))
    assert (found.before_usd, found.after_usd) == (Decimal(2), Decimal(2))
    assert found.why == "by what the last 2 instances that succeeded have bought"
    assert [(remark.code, remark.values) for remark in found.remarks] == [("basis", {"instances": 2})]


def test_a_step_that_is_gone_costs_nothing_any_more() -> None:
    found = change(definition(ask("a"), ask("b")), definition(ask("a")), bought("a", "3"), bought("b", "1"))
    assert (found.before_usd, found.after_usd) == (Decimal(2), Decimal("1.5"))
    assert "step b is gone" in found.why
    assert (found.remarks[1].code, found.remarks[1].values) == ("step_removed", {"step": "b"})


def test_another_model_is_priced_for_as_many_tokens() -> None:
    # 100 requests of 100 tokens in at $10 and 50 out at $20 a million, by two instances
    found = change(definition(ask("a")), definition(ask("a", model="dear")), bought("a", "1"))
    assert (found.before_usd, found.after_usd) == (Decimal("0.5"), Decimal("0.1"))
    assert "step a would ask openai dear" in found.why
    assert (found.remarks[1].code, found.remarks[1].values) == ("would_ask", {"step": "a", "asked": "openai dear"})


def test_another_mode_has_the_price_of_that_mode() -> None:
    before, after = definition(ask("a", model="dear")), definition(ask("a", model="dear", mode="live"))
    assert change(before, after, bought("a", "1")).after_usd == Decimal("0.2")


def test_a_model_without_a_price_is_taken_to_cost_as_before_and_said_so() -> None:
    found = change(definition(ask("a")), definition(ask("a", model="nobody_knows")), bought("a", "1"))
    assert found.before_usd == found.after_usd
    assert "no price is known" in found.why
    assert found.remarks[1].code == "no_price"


def test_what_a_new_step_costs_is_left_to_a_rehearsal() -> None:
    found = change(definition(ask("a")), definition(ask("a"), ask("b")), bought("a", "1"))
    assert found.before_usd == found.after_usd
    assert "step b is new, and what it costs is not known: rehearse it" in found.why
    assert (found.remarks[1].code, found.remarks[1].values) == ("step_added", {"step": "b"})


def test_an_edited_prompt_is_said_to_be_taken_as_before() -> None:
    found = change(definition(ask("a", template="x")), definition(ask("a", template="y")), bought("a", "1"))
    assert "step a is edited, and taken to ask as much as before" in found.why
    assert (found.remarks[1].code, found.remarks[1].values) == ("step_edited", {"step": "a"})


def test_a_step_that_asks_nobody_any_more_costs_nothing() -> None:
    found = change(definition(ask("a")), definition({"key": "a", "runner": "process"}), bought("a", "1"))
    assert found.after_usd == 0


def test_embedding_items_asks_the_model_that_makes_the_vectors() -> None:
    def embed(model: str) -> dict[str, Any]:
        by = {"provider": "openai", "model": model}
        return {"key": "a", "runner": "embed", "params": {"items": {"text": "t", "by": by}, "table": "t"}}

    assert change(definition(embed("cheap")), definition(embed("dear")), bought("a", "1")).after_usd == Decimal("0.1")


def test_simulated_money_is_told_apart() -> None:
    before = definition(ask("a"))
    assert not change(before, before, bought("a", "1")).is_simulated
    assert change(before, before, bought("a", "1", is_simulated=True)).is_simulated


@pytest.mark.parametrize("past", [Purchases(0, []), Purchases(3, [])])
def test_without_purchases_nothing_is_said(past: Purchases) -> None:
    assert cost_change(definition(ask("a")), definition(ask("a")), past, PRICES) is None
