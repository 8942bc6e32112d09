"""Works out what an edit does to the cost of an instance, from what its steps have cost of late. Pure but for prices.

A step that asks as before is taken to cost what it did; one that asks another model, what as many tokens cost there; a
step that is gone, nothing. What a new step would cost nobody can say: that is for a rehearsal.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from definitions.models import Definition, Step
from engine.said import CostRemark, Said
from runners.providers.base import Usage
from runners.providers.prices import PriceList, UnknownPrice

_MODES = ("batch", "live", "flex")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """What one step has bought of one model in one mode, in all the instances that were looked at."""

    step_key: str
    provider: str
    model: str
    mode: str
    is_simulated: bool
    requests: int
    input_tokens: int
    output_tokens: int
    spent_usd: Decimal


@dataclass(frozen=True, slots=True)
class Purchases:
    """What the last ``instances`` that succeeded have bought."""

    instances: int
    bought: Sequence[Bought]


@dataclass(frozen=True, slots=True)
class CostChange:
    """What an instance costs, and what it would cost after the edit; ``remarks``: what that rests on."""

    before_usd: Decimal
    after_usd: Decimal
    is_simulated: bool
    remarks: Sequence[Said]

    @property
    def why(self) -> str:
        """What it rests on, in a sentence."""
        return "; ".join(remark.words for remark in self.remarks)


@dataclass(frozen=True, slots=True)
class _Choice:
    """Whom a step asks; no mode: the step's runner decides."""

    provider: str
    model: str
    mode: str | None

    def __str__(self) -> str:
        return f"{self.provider} {self.model}" + (f" ({self.mode})" if self.mode else "")


@dataclass(frozen=True, slots=True)
class _Line:
    """One step: its cost before and after, and what there is to say of it."""

    before: Decimal
    after: Decimal
    remark: Said | None = None


def cost_change(before: Definition, after: Definition, past: Purchases, prices: PriceList) -> CostChange | None:
    """Return what the edit does to the cost; None if nothing is known of it. The first call loads the price data."""
    if not past.instances or not past.bought:
        return None
    lines = list(_lines(before, after, past, prices))
    words = f"by what the last {past.instances} instances that succeeded have bought"
    basis = Said(CostRemark.BASIS, {"instances": past.instances}, words)
    return CostChange(
        before_usd=sum((line.before for line in lines), Decimal(0)),
        after_usd=sum((line.after for line in lines), Decimal(0)),
        is_simulated=any(one.is_simulated for one in past.bought),
        remarks=[basis, *(line.remark for line in lines if line.remark)],
    )


def _lines(before: Definition, after: Definition, past: Purchases, prices: PriceList) -> Iterator[_Line]:
    old = {step.key: step for step in before.steps}
    new = {step.key: step for step in after.steps}
    bought = _by_step(past.bought)
    for key, step in old.items():
        if key in bought:
            yield _line(step, new.get(key), bought[key], instances=past.instances, prices=prices)
    for key, step in new.items():
        if key not in old and _choice(step) is not None:
            words = f"step {key} is new, and what it costs is not known: rehearse it"
            yield _Line(Decimal(0), Decimal(0), Said(CostRemark.STEP_ADDED, {"step": key}, words))


def _by_step(bought: Sequence[Bought]) -> Mapping[str, Sequence[Bought]]:
    found: dict[str, list[Bought]] = defaultdict(list)
    for one in bought:
        found[one.step_key].append(one)
    return found


def _line(old: Step, new: Step | None, bought: Sequence[Bought], *, instances: int, prices: PriceList) -> _Line:
    cost = sum((one.spent_usd for one in bought), Decimal(0)) / instances
    if new is None:
        return _Line(cost, Decimal(0), Said(CostRemark.STEP_REMOVED, {"step": old.key}, f"step {old.key} is gone"))
    was, now = _choice(old), _choice(new)
    if now is None:
        words = f"step {old.key} asks nobody any more"
        return _Line(cost, Decimal(0), Said(CostRemark.ASKS_NOBODY, {"step": old.key}, words))
    if was == now:
        return _Line(cost, cost, _edited(old.key) if old.params != new.params else None)
    asked = {"step": old.key, "asked": str(now)}
    try:
        again = sum((_repriced(one, now, prices) for one in bought), Decimal(0)) / instances
    except UnknownPrice:
        words = f"step {old.key} would ask {now}, of which no price is known; it is taken to cost as before"
        return _Line(cost, cost, Said(CostRemark.NO_PRICE, asked, words))
    return _Line(cost, again, Said(CostRemark.WOULD_ASK, asked, f"step {old.key} would ask {now}"))


def _edited(key: str) -> Said:
    words = f"step {key} is edited, and taken to ask as much as before"
    return Said(CostRemark.STEP_EDITED, {"step": key}, words)


def _choice(step: Step) -> _Choice | None:
    asked: Any = step.params
    if isinstance(items := asked.get("items"), Mapping):
        asked = items.get("by") or {}
    model = asked.get("model")
    if not isinstance(model, str) or "stream" in asked:
        return None
    mode = asked.get("mode")
    return _Choice(str(asked.get("provider", "simulated")), model, mode if mode in _MODES else None)


def _repriced(one: Bought, choice: _Choice, prices: PriceList) -> Decimal:
    if one.requests == 0:
        return one.spent_usd
    price = prices.find(choice.provider, choice.model, choice.mode or one.mode)
    usage = Usage(one.input_tokens // one.requests, one.output_tokens // one.requests)
    return price.cost(usage) * one.requests
