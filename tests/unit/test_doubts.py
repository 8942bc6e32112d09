"""When a live call whose answer is not here may be made again: a decision over its ages, and nothing else."""

from datetime import UTC, datetime

import pytest

from runners.generation.doubts import Doubt, rest
from runners.generation.terms import Terms
from runners.providers.prices import PriceList

TERMS = Terms(price=PriceList.FREE, interval_seconds=30, deadline_seconds=100, settle_seconds=90, max_tries=3)
LONGEST = 900.0
MAY_END = 990.0
"""When a call that takes as long as it may, and a little longer, has ended."""


def doubt(begun_for: float, *, broken_for: float | None = None, lost: int = 0) -> Doubt:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return Doubt(ordinal=0, sent_at=at, begun_for=begun_for, broken_for=broken_for, lost=lost, kept=None)


def seconds(of: Doubt, *, can_be_found: bool) -> float:
    return rest(of, terms=TERMS, longest=LONGEST, can_be_found=can_be_found)


@pytest.mark.parametrize("can_be_found", [True, False])
@pytest.mark.parametrize("begun_for", [0.0, 90.0, 200.0, 989.0])
def test_a_call_that_may_be_under_way_is_not_made_again(begun_for: float, can_be_found: bool) -> None:
    assert seconds(doubt(begun_for), can_be_found=can_be_found) > MAY_END - begun_for


@pytest.mark.parametrize(("can_be_found", "rest_seconds"), [(True, 90.0), (False, 2.0)])
def test_one_that_cannot_be_under_way_any_more_rests_from_then_on(can_be_found: bool, rest_seconds: float) -> None:
    assert seconds(doubt(MAY_END), can_be_found=can_be_found) == pytest.approx(rest_seconds)
    assert seconds(doubt(MAY_END + rest_seconds + 1), can_be_found=can_be_found) == 0


def test_one_that_was_seen_to_break_rests_from_its_end_on_however_long_it_took() -> None:
    assert seconds(doubt(800, broken_for=1), can_be_found=True) == 89
    assert seconds(doubt(800, broken_for=90), can_be_found=True) == 0
    assert seconds(doubt(800, broken_for=1), can_be_found=False) == 1
    assert seconds(doubt(2, broken_for=2), can_be_found=False) == 0


def test_an_answer_that_cannot_be_found_rests_longer_after_each_loss_and_never_longer_than_a_minute() -> None:
    rests = [seconds(doubt(0, broken_for=0, lost=lost), can_be_found=False) for lost in range(5)]
    assert rests == [2, 8, 32, 60, 60]
