"""What tokens cost: the operator's own prices, else those that the package genai-prices ships. Never from the network.

Decides which of a model's prices holds for a way of asking. A price that is not known is an error, never nothing. Where
no batch or flex price is published, the standard one stands for it and is marked as an upper bound.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, ClassVar

from runners.base import Json
from runners.providers.base import Usage

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, ModelPrice, Provider, TieredPrices

_MILLION = Decimal(1_000_000)
_NOTHING = Decimal(0)
_ANY = "simulated"
"""The provider that stands in for all the others, and so takes the price of whichever has the model."""
_SELLERS = {"openai": "openai", "openai_responses": "openai", "gemini": "google", "vertex": "google"}
_SAME_BILL = {"openai_responses": "openai"}
_CONTEXTS: Mapping[str, Mapping[str, str]] = {
    "live": {},
    "batch": {"processing": "batch"},
    "flex": {"service_tier": "flex"},
}
_KEYS = ("input_mtok", "cache_read_mtok", "output_mtok")


class UnknownPrice(LookupError):
    """Nobody has said what this model costs in this mode."""

    def __init__(self, *, provider: str, model: str, mode: str, near: Sequence[str] = ()) -> None:
        known = f" (known and alike: {', '.join(near)})" if near else ""
        super().__init__(
            f"no price is known for the model {model!r} of {provider} in mode {mode!r}{known}; correct the model's "
            f"name, or insert a row into "
            f"model_price (provider, model, mode, input_usd, cached_usd, output_usd, in dollars per million tokens), "
            f'or set unknownPrice: "free" in the step to count it as free'
        )
        self.provider = provider
        self.model = model
        self.mode = mode


@dataclass(frozen=True, slots=True)
class Rates:
    """Dollars per million tokens."""

    input_usd: Decimal
    cached_usd: Decimal
    output_usd: Decimal


@dataclass(frozen=True, slots=True)
class Price(Rates):
    """What a model costs. ``larger`` holds other rates for requests with more input, by the tokens they begin above."""

    is_upper_bound: bool = False
    """The mode has a discount of which nothing is known; the real price is this or less."""
    larger: tuple[tuple[int, Rates], ...] = ()

    def cost(self, usage: Usage) -> Decimal:
        """Return what this usage of one request costs, in dollars."""
        rates = self._rates(usage.input_tokens)
        cached = min(usage.cached_tokens, usage.input_tokens)
        inputs = (usage.input_tokens - cached) * rates.input_usd + cached * rates.cached_usd
        return (inputs + usage.output_tokens * rates.output_usd) / _MILLION

    def to_json(self) -> dict[str, Json]:
        """Return the price as it is kept with a job; amounts are texts, so that none is rounded."""
        return {
            **_texts(self),
            "is_upper_bound": self.is_upper_bound,
            "larger": [{"above": above, **_texts(rates)} for above, rates in self.larger],
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Price":
        """Return the price that ``to_json`` has written."""
        larger = tuple((tier["above"], Rates(*_amounts(tier))) for tier in stored["larger"])
        return cls(*_amounts(stored), is_upper_bound=stored["is_upper_bound"], larger=larger)

    def _rates(self, input_tokens: int) -> Rates:
        return next((rates for above, rates in reversed(self.larger) if input_tokens > above), self)


@dataclass(frozen=True, slots=True)
class PriceRow:
    """One row of ``model_price``: what the operator says. Without a cached price, cached tokens cost as others."""

    provider: str
    model: str
    mode: str
    input_usd: Decimal
    cached_usd: Decimal | None
    output_usd: Decimal

    def price(self, *, is_upper_bound: bool = False) -> Price:
        cached = self.input_usd if self.cached_usd is None else self.cached_usd
        return Price(self.input_usd, cached, self.output_usd, is_upper_bound=is_upper_bound)


class PriceList:
    """Finds the price of a model, as it is on one day."""

    FREE: ClassVar[Price] = Price(_NOTHING, _NOTHING, _NOTHING)

    def __init__(self, own: Iterable[PriceRow] = (), *, at: datetime | None = None) -> None:
        """``own`` prices win over the shipped ones; ``at`` is when the price must hold, by default when it is asked."""
        self._own = {(row.provider, row.model, row.mode): row for row in own}
        self._at = at

    def find(self, provider: str, model: str, mode: str) -> Price:
        """Return the price of a model in mode ``batch``, ``live`` or ``flex``.

        The first call imports the price data, which takes about half a second.

        Raises:
            UnknownPrice: there is none.
        """
        model = model.rsplit("/", 1)[-1]
        if row := self._own_row(provider, model, mode):
            return row.price()
        if price := self._shipped(provider, model, mode):
            return price
        if row := self._own_row(provider, model, "live"):
            return row.price(is_upper_bound=True)
        raise UnknownPrice(provider=provider, model=model, mode=mode, near=self._near(provider, model))

    def _own_row(self, provider: str, model: str, mode: str) -> PriceRow | None:
        named = [provider, *([_SAME_BILL[provider]] if provider in _SAME_BILL else [])]
        if provider == _ANY:
            named += [other for other, its_model, its_mode in self._own if (its_model, its_mode) == (model, mode)]
        rows = (self._own.get((name, model, mode)) for name in named)
        return next((row for row in rows if row), None)

    def _shipped(self, provider: str, model: str, mode: str) -> Price | None:
        for seller in _sellers(provider):
            info = seller.find_model(model)
            if info and (price := _price(info, _CONTEXTS[mode], self._at or datetime.now(UTC))):
                return price
        return None

    def _near(self, provider: str, model: str) -> list[str]:
        known = {info.id for seller in _sellers(provider) for info in seller.models}
        own = {its_model for its_provider, its_model, _ in self._own if provider in (its_provider, _ANY)}
        return get_close_matches(model, sorted(known | own), n=3)


def _sellers(provider: str) -> "list[Provider]":
    from genai_prices.data import providers  # noqa: PLC0415 - half a second, and only who asks for prices needs it

    if provider != _ANY:
        return [seller for seller in providers if seller.id == _SELLERS.get(provider, provider)]
    # Resellers list the same models too: those who made them come first.
    makers = list(dict.fromkeys(_SELLERS.values()))
    return sorted(providers, key=lambda seller: makers.index(seller.id) if seller.id in makers else len(makers))


def _price(info: "ModelInfo", context: Mapping[str, str], at: datetime) -> Price | None:
    """Return the model's price; None if it is not sold by tokens of text."""
    standard, asked = info.get_prices(at), info.get_prices(at, context)
    if asked.input_mtok is None:
        return None
    starts = sorted({start for key in _KEYS for start in _starts(getattr(asked, key))})
    rates = _rates(asked, 0)
    return Price(
        rates.input_usd,
        rates.cached_usd,
        rates.output_usd,
        # The data answers with the standard price, in silence, where it knows none for the context.
        is_upper_bound=bool(context) and asked == standard,
        larger=tuple((start, _rates(asked, start + 1)) for start in starts),
    )


def _rates(price: "ModelPrice", input_tokens: int) -> Rates:
    fresh = _rate(price.input_mtok, input_tokens) or _NOTHING
    cached = _rate(price.cache_read_mtok, input_tokens)
    return Rates(fresh, fresh if cached is None else cached, _rate(price.output_mtok, input_tokens) or _NOTHING)


def _rate(price: "Decimal | TieredPrices | None", input_tokens: int) -> Decimal | None:
    if price is None or isinstance(price, Decimal):
        return price
    return next((tier.price for tier in reversed(price.tiers) if input_tokens > tier.start), price.base)


def _starts(price: "Decimal | TieredPrices | None") -> list[int]:
    return [] if price is None or isinstance(price, Decimal) else [tier.start for tier in price.tiers]


def _texts(rates: Rates) -> dict[str, str]:
    return {name: str(getattr(rates, name)) for name in ("input_usd", "cached_usd", "output_usd")}


def _amounts(stored: Mapping[str, Any]) -> tuple[Decimal, Decimal, Decimal]:
    return Decimal(stored["input_usd"]), Decimal(stored["cached_usd"]), Decimal(stored["output_usd"])
