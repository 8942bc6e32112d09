"""Prices: what is published, what the operator says instead, and never a silent zero."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runners.providers.base import Usage
from runners.providers.prices import Price, PriceList, PriceRow, Rates, UnknownPrice

ON_A_DAY = datetime(2026, 11, 1, tzinfo=UTC)
PUBLISHED = PriceList(at=ON_A_DAY)
MILLION = 1_000_000


def own(provider: str = "openai", *, model: str = "gpt-5-mini", mode: str = "live", price: str = "7") -> PriceRow:
    return PriceRow(provider, model, mode, Decimal(price), None, Decimal(price))


def test_a_batch_costs_its_own_published_price() -> None:
    live, batch = (PUBLISHED.find("openai", "gpt-5-mini", mode) for mode in ("live", "batch"))
    assert (live.input_usd, live.cached_usd, live.output_usd) == (Decimal("0.25"), Decimal("0.025"), Decimal(2))
    assert (batch.input_usd, batch.output_usd) == (Decimal("0.125"), Decimal(1))
    assert not live.is_upper_bound
    assert not batch.is_upper_bound


def test_flex_costs_its_own_published_price() -> None:
    assert PUBLISHED.find("openai", "gpt-5-mini", "flex").input_usd == Decimal("0.125")


@pytest.mark.parametrize(
    ("provider", "model", "mode"),
    [
        ("openai", "text-embedding-3-small", "batch"),
        ("gemini", "gemini-embedding-001", "batch"),
        ("vertex", "gemini-2.5-pro", "flex"),
    ],
)
def test_without_a_discount_of_its_own_the_standard_price_is_an_upper_bound(
    provider: str, model: str, mode: str
) -> None:
    standard, asked = PUBLISHED.find(provider, model, "live"), PUBLISHED.find(provider, model, mode)
    assert asked.is_upper_bound
    assert not standard.is_upper_bound
    assert asked.input_usd == standard.input_usd


def test_before_a_price_begins_it_does_not_hold() -> None:
    before = PriceList(at=datetime(2026, 10, 1, tzinfo=UTC)).find("openai", "gpt-5-mini", "batch")
    assert (before.is_upper_bound, before.input_usd) == (True, Decimal("0.25"))


@pytest.mark.parametrize(
    ("asked", "same_as"),
    [("openai_responses", "openai"), ("simulated", "openai"), ("vertex", "gemini"), ("simulated", "vertex")],
)
def test_providers_that_sell_the_same_models_share_their_prices(asked: str, same_as: str) -> None:
    model = "gpt-5-mini" if same_as == "openai" else "gemini-2.5-flash"
    assert PUBLISHED.find(asked, model, "batch") == PUBLISHED.find(same_as, model, "batch")


@pytest.mark.parametrize("model", ["models/gemini-2.5-flash", "publishers/google/models/gemini-2.5-flash"])
def test_a_models_full_name_is_understood(model: str) -> None:
    assert PUBLISHED.find("gemini", model, "live") == PUBLISHED.find("gemini", "gemini-2.5-flash", "live")


def test_a_large_request_costs_the_price_of_its_tier() -> None:
    price = PUBLISHED.find("gemini", "gemini-2.5-pro", "batch")
    assert price.cost(Usage(200_000, 0)) == Decimal("0.125")
    assert price.cost(Usage(200_001, MILLION)) == Decimal(200001) * Decimal("1.25") / MILLION + Decimal("7.5")


def test_cached_tokens_cost_the_cached_price_and_are_not_counted_twice() -> None:
    price = Price(Decimal(10), Decimal(1), Decimal(100))
    assert price.cost(Usage(MILLION, MILLION, cached_tokens=400_000)) == Decimal("106.4")
    assert price.cost(Usage(MILLION, 0, cached_tokens=2 * MILLION)) == Decimal(1)


def test_the_operators_price_wins_and_without_a_cached_price_cached_tokens_cost_as_others() -> None:
    price = PriceList([own(price="7")]).find("openai", "gpt-5-mini", "live")
    assert price == Price(Decimal(7), Decimal(7), Decimal(7))
    assert PriceList([own(price="7")], at=ON_A_DAY).find("openai", "gpt-5-mini", "batch").input_usd == Decimal("0.125")


def test_the_operators_price_for_one_api_of_a_provider_holds_for_the_other_and_in_rehearsals() -> None:
    prices = PriceList([own(mode="batch")])
    assert prices.find("openai_responses", "gpt-5-mini", "batch").input_usd == 7
    assert prices.find("simulated", "gpt-5-mini", "batch").input_usd == 7
    assert PriceList([own(mode="batch"), own("simulated", mode="batch", price="9")]).find(
        "simulated", "gpt-5-mini", "batch"
    ).input_usd == 9  # fmt: skip


def test_a_model_that_only_the_operator_knows_costs_at_most_its_live_price() -> None:
    prices = PriceList([own(model="my-model")])
    assert prices.find("openai", "my-model", "batch").is_upper_bound
    assert not prices.find("openai", "my-model", "live").is_upper_bound


def test_an_unknown_price_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(UnknownPrice) as caught:
        PUBLISHED.find("openai", "gpt-5-minni", "batch")
    for part in ("'gpt-5-minni' of openai in mode 'batch'", "gpt-5-mini", "model_price", 'unknownPrice: "free"'):
        assert part in str(caught.value)
    assert (caught.value.provider, caught.value.model, caught.value.mode) == ("openai", "gpt-5-minni", "batch")


@pytest.mark.parametrize(
    ("provider", "model"),
    [("openai", "gemini-2.5-flash"), ("nobody", "gpt-5-mini"), ("openai", "whisper-1"), ("simulated", "no-such")],
)
def test_what_is_not_sold_by_tokens_by_this_provider_has_no_price(provider: str, model: str) -> None:
    with pytest.raises(UnknownPrice):
        PUBLISHED.find(provider, model, "live")


amounts = st.decimals(0, 1000, places=6)
rates = st.builds(Rates, amounts, amounts, amounts)
prices = st.builds(
    Price,
    amounts,
    amounts,
    amounts,
    is_upper_bound=st.booleans(),
    larger=st.lists(st.tuples(st.integers(1, 10**6), rates), max_size=2).map(tuple),
)


@given(prices)
def test_a_price_kept_as_json_comes_back_as_it_was(price: Price) -> None:
    assert Price.from_json(json.loads(json.dumps(price.to_json()))) == price


def test_what_is_free_costs_nothing() -> None:
    assert PriceList.FREE.cost(Usage(MILLION, MILLION, MILLION)) == 0


def test_the_price_data_are_not_imported_before_a_price_is_asked() -> None:
    code = "import sys, runners.providers.prices; sys.exit('genai_prices' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
