"""What was agreed when a job was planned, kept with it: whoever follows it later needs nothing else."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from runners.base import Json
from runners.providers.prices import Price


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The price, and how patient to be. Seconds throughout."""

    price: Price
    interval_seconds: float
    deadline_seconds: float
    settle_seconds: float
    max_tries: int
    instead_of: str | None = None
    """In a rehearsal: the provider whose price this is."""

    @property
    def interval(self) -> timedelta:
        return timedelta(seconds=self.interval_seconds)

    @property
    def settle(self) -> timedelta:
        return timedelta(seconds=self.settle_seconds)

    @property
    def deadline(self) -> timedelta:
        return timedelta(seconds=self.deadline_seconds)

    def to_json(self) -> dict[str, Json]:
        return asdict(self) | {"price": self.price.to_json()}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Terms":
        return cls(**{**stored, "price": Price.from_json(stored["price"])})
