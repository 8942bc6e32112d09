"""The selection strategies: pure, deterministic, and fair in the way each promises."""

import math
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runners.selection import BadWeight, Candidate, Strategy, Usage, key_order, pick

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
KEYS = st.text("abc0123456789-", min_size=1, max_size=3)
USAGES = st.dictionaries(
    KEYS,
    st.builds(
        Usage,
        uses=st.integers(0, 3),
        last_used_at=st.none() | st.integers(0, 3).map(lambda hours: NOON + timedelta(hours=hours)),
    ),
    max_size=12,
)
POOLS = st.lists(KEYS, max_size=25)
COUNTS = st.integers(1, 30)


def keys(
    pool: list[str] | str, strategy: Strategy, *, count: int, usage: dict[str, Usage] | None = None, seed: int = 1
) -> list[str]:
    picked = pick(map(Candidate, pool), strategy=strategy, count=count, usage=usage or {}, seed=seed)
    return [candidate.key for candidate in picked]


def used_at(hour: int, *names: str) -> dict[str, Usage]:
    return {name: Usage(1, NOON + timedelta(hours=hour)) for name in names}


@given(pool=POOLS, usage=USAGES, count=COUNTS, strategy=st.sampled_from(Strategy), seed=st.integers())
def test_no_item_is_picked_twice_and_the_count_is_right(
    pool: list[str], usage: dict[str, Usage], count: int, strategy: Strategy, seed: int
) -> None:
    picked = keys(pool, strategy, count=count, usage=usage, seed=seed)
    assert len(picked) == len(set(picked)) == min(count, len(set(pool)))
    assert set(picked) <= set(pool)


@given(pool=POOLS, usage=USAGES, count=COUNTS, strategy=st.sampled_from(Strategy), seed=st.integers())
def test_the_order_of_the_pool_changes_nothing(
    pool: list[str], usage: dict[str, Usage], count: int, strategy: Strategy, seed: int
) -> None:
    def chosen(order: list[str]) -> list[str]:
        return keys(order, strategy, count=count, usage=usage, seed=seed)

    assert chosen(pool) == chosen(pool[::-1]) == chosen(sorted(pool)) == chosen(pool + pool)


@given(pool=POOLS, usage=USAGES, count=COUNTS)
def test_none_is_picked_while_one_used_less_is_left(pool: list[str], usage: dict[str, Usage], count: int) -> None:
    picked = keys(pool, Strategy.LEAST_USED, count=count, usage=usage)
    left = set(pool) - set(picked)
    uses = {key: usage.get(key, Usage()).uses for key in pool}
    assert max((uses[key] for key in picked), default=0) <= min((uses[key] for key in left), default=99)


@given(pool=POOLS, usage=USAGES, count=COUNTS)
def test_none_is_picked_while_one_used_longer_ago_is_left(pool: list[str], usage: dict[str, Usage], count: int) -> None:
    picked = keys(pool, Strategy.LEAST_RECENTLY_USED, count=count, usage=usage)
    left = set(pool) - set(picked)
    last = {key: usage.get(key, Usage()).last_used_at or datetime.min.replace(tzinfo=UTC) for key in pool}
    if picked and left:
        assert max(last[key] for key in picked) <= min(last[key] for key in left)


@given(pool=st.sets(KEYS, min_size=1, max_size=12), count=st.integers(1, 5), rounds=st.integers(1, 12))
def test_a_round_visits_every_item_before_any_comes_again(pool: set[str], count: int, rounds: int) -> None:
    usage: dict[str, Usage] = {}
    visited: list[str] = []
    count = min(count, len(pool) - 1) or 1
    for hour in range(rounds):
        picked = keys(sorted(pool), Strategy.ROUND_ROBIN, count=count, usage=usage)
        usage |= used_at(hour, *picked)
        visited += picked
    in_order = sorted(pool, key=key_order)
    assert visited == [in_order[n % len(in_order)] for n in range(len(visited))]


def test_a_round_goes_on_after_the_one_used_last_and_begins_anew() -> None:
    usage = used_at(1, "a", "b") | used_at(2, "c", "d")
    assert keys("abcdef", Strategy.ROUND_ROBIN, count=3, usage=usage) == ["e", "f", "a"]
    assert keys("abcdef", Strategy.ROUND_ROBIN, count=2, usage=used_at(3, "e", "f", "a")) == ["b", "c"]


def test_a_round_goes_on_where_the_one_used_last_is_gone() -> None:
    assert keys("abde", Strategy.ROUND_ROBIN, count=2, usage=used_at(1, "c")) == ["d", "e"]


def test_numbers_are_ordered_by_value() -> None:
    assert sorted(["10", "9", "a", "-1", "007", "0"], key=key_order) == ["-1", "0", "9", "10", "007", "a"]


def test_ties_go_by_key() -> None:
    assert keys("dbca", Strategy.LEAST_USED, count=2) == ["a", "b"]
    assert keys("dbca", Strategy.LEAST_RECENTLY_USED, count=2, usage=used_at(1, "a")) == ["b", "c"]


def test_another_seed_picks_others() -> None:
    pool = [str(n) for n in range(1000)]
    for strategy in (Strategy.RANDOM, Strategy.WEIGHTED):
        assert keys(pool, strategy, count=10, seed=1) != keys(pool, strategy, count=10, seed=2)


def test_random_picks_are_spread_evenly() -> None:
    counted = Counter(key for seed in range(2000) for key in keys("abcde", Strategy.RANDOM, count=2, seed=seed))
    assert all(700 < counted[key] < 900 for key in "abcde")


def test_weighted_picks_follow_the_weights_and_never_weight_zero() -> None:
    pool = [Candidate("a", 1), Candidate("b", 3), Candidate("never", 0)]
    first = Counter(pick(pool, strategy=Strategy.WEIGHTED, count=1, usage={}, seed=seed)[0].key for seed in range(2000))
    assert 1400 < first["b"] < 1600
    assert first["never"] == 0
    assert len(pick(pool, strategy=Strategy.WEIGHTED, count=3, usage={}, seed=1)) == 2


@pytest.mark.parametrize("weight", [-1.0, math.nan, math.inf])
def test_a_weight_that_is_none_is_refused_with_its_item(weight: float) -> None:
    with pytest.raises(BadWeight, match="'x' has the weight"):
        pick([Candidate("x", weight)], strategy=Strategy.WEIGHTED, count=1, usage={}, seed=1)


def test_the_extremes_of_weights_are_fine() -> None:
    pool = [Candidate("a", 5e-324), Candidate("b", 1.7e308)]
    assert [c.key for c in pick(pool, strategy=Strategy.WEIGHTED, count=2, usage={}, seed=1)] == ["b", "a"]
