"""Which fault bites where: decided from orders, counts and seeds, never from chance or the clock.

It does not know how a fault is played; whoever draws one does.
"""

import itertools
import random
import threading
from collections import Counter
from collections.abc import Collection
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class FaultKind(StrEnum):
    DROP_BEFORE = "drop_before"
    DROP_AFTER = "drop_after"
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    SLOW = "slow"
    CUT_DOWNLOAD = "cut_download"
    FILE_EXPIRED = "file_expired"

    TWICE = "twice"
    STUCK = "stuck"
    EXPIRED = "expired"
    FAILED = "failed"
    ONLY_ERRORS = "only_errors"
    UNKNOWN_STATUS = "unknown_status"
    LATE_IN_LISTS = "late_in_lists"
    LATE_OUTPUT = "late_output"
    SHUFFLED = "shuffled"
    MISSING = "missing"
    DOUBLED = "doubled"
    TRUNCATED = "truncated"

    REFUSAL = "refusal"
    CUT_OFF = "cut_off"
    MALFORMED = "malformed"
    FILTERED = "filtered"
    LINE_ERROR = "line_error"


BEFORE_A_CALL = frozenset(
    {FaultKind.DROP_BEFORE, FaultKind.RATE_LIMITED, FaultKind.SERVER_ERROR, FaultKind.SLOW, FaultKind.FILE_EXPIRED}
)
AFTER_A_CALL = frozenset({FaultKind.DROP_AFTER, FaultKind.CUT_DOWNLOAD})
ON_DOWNLOADS = frozenset({FaultKind.FILE_EXPIRED, FaultKind.CUT_DOWNLOAD})
ON_ANSWERS = frozenset({FaultKind.REFUSAL, FaultKind.CUT_OFF, FaultKind.MALFORMED, FaultKind.FILTERED})
WITH_TEXT = ON_ANSWERS | {FaultKind.LINE_ERROR}


class FaultOrder(BaseModel):
    """A fault as it is ordered. Without ``count`` and ``probability`` it bites once."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: FaultKind
    route: str = "*"
    """A route's name, with ``*`` for any part: ``openai.batches.create``, ``gemini.*``."""
    contains: str | None = None
    """Only answers to prompts that hold this text; for faults of answers."""
    count: Annotated[int, Field(ge=1)] | None = None
    probability: Annotated[float, Field(ge=0, le=1)] | None = None
    skip: Annotated[int, Field(ge=0)] = 0
    """How many chances are let pass before the first bite."""
    seed: int = 0
    status: Annotated[int, Field(ge=400, le=599)] = 503
    seconds: Annotated[float, Field(ge=0)] = 1.0
    """``Retry-After`` of ``rate_limited``; the delay of ``slow``; how long a job is ``late_in_lists``; how late
    the files of a job with ``late_output`` come."""
    fraction: Annotated[float, Field(ge=0, le=1)] = 0.5
    """Which part of the lines is finished, missing or doubled, or of a download that is sent."""
    code: str = "token_limit_exceeded"
    message: str = "The job was refused by a fault that was ordered."
    word: str = "reticulating"
    """The state that ``unknown_status`` shows."""
    billed: bool = False
    """Whether lines that are ``missing`` or ``truncated`` are billed all the same."""

    @model_validator(mode="after")
    def _text_only_where_there_is_one(self) -> Self:
        if self.contains is not None and self.kind not in WITH_TEXT:
            raise ValueError(f"contains works for {', '.join(sorted(WITH_TEXT))} only; {self.kind} sees no prompt")
        return self


class Fault:
    """An order at work: how often it had a chance, how often it bit."""

    def __init__(self, number: int, order: FaultOrder) -> None:
        self.number = number
        self.order = order
        self.chances = 0
        self.bites = 0
        self._seen: Counter[str] = Counter()

    def take_chance(self, token: str) -> bool:
        self.chances += 1
        self._seen[token] += 1
        bitten = self.chances > self.order.skip and not self._is_used_up() and self._draw(token)
        self.bites += bitten
        return bitten

    def _is_used_up(self) -> bool:
        limit = self.order.count or (1 if self.order.probability is None else None)
        return limit is not None and self.bites >= limit

    def _draw(self, token: str) -> bool:
        # The same request draws the same lot in every run, whatever order concurrent calls arrive in.
        if self.order.probability is None:
            return True
        lot = random.Random(f"{self.order.seed}/{self.order.kind}/{token}/{self._seen[token]}").random()  # noqa: S311
        return lot < self.order.probability


class Faults:
    """Every fault that was ordered, in order; safe to draw from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._faults: list[Fault] = []

    def order(self, order: FaultOrder) -> Fault:
        fault = Fault(next(self._numbers), order)
        with self._lock:
            self._faults.append(fault)
        return fault

    def draw(
        self, kinds: Collection[FaultKind], *, route: str, token: str = "", text: str | None = None
    ) -> FaultOrder | None:
        """Return the first fault of these kinds that bites here; ``token`` is what a probability is drawn for."""
        if not self._faults:
            return None
        with self._lock:
            return next(
                (f.order for f in self._faults if _fits(f, kinds, route=route, text=text) and f.take_chance(token)),
                None,
            )

    def all(self) -> list[Fault]:
        return list(self._faults)

    def remove(self, number: int) -> bool:
        """Withdraw one order; say whether there was one."""
        with self._lock:
            kept = [fault for fault in self._faults if fault.number != number]
            found = len(kept) < len(self._faults)
            self._faults = kept
        return found

    def clear(self) -> None:
        with self._lock:
            self._faults = []


def _fits(fault: Fault, kinds: Collection[FaultKind], *, route: str, text: str | None) -> bool:
    order = fault.order
    if order.kind not in kinds or not fnmatchcase(route, order.route):
        return False
    return order.contains is None or (text is not None and order.contains in text)
