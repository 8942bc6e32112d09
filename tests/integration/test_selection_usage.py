"""Picking with ``collect``: what is claimed, what is remembered, and what is left alone."""

from typing import Any

import pytest

from runners.base import BadData
from runners.collect import Collect
from tests.requests import Bench, result_of

POOL = "bench.under_test"


async def pick(bench: Bench, rows: list[Any], **how: Any) -> list[Any]:
    """Collect with a pick, and return the keys of the items written."""
    params = {"count": 2, "strategy": "least_used", "key": "k"} | how
    result_of(await Collect().run(await bench.request(Collect(), items=rows, pick=params)))
    return [item["k"] for item in await bench.items()]


async def rows_of(bench: Bench, table: str) -> list[tuple[Any, ...]]:
    async with bench.database.transaction() as connection:
        cursor = await connection.execute(f"select pool, item_key from {table} order by 1, 2")
        return await cursor.fetchall()


async def remember(bench: Bench, key: str, *, uses: int, hours_ago: int, pool: str = POOL) -> None:
    async with bench.database.transaction() as connection:
        await connection.execute(
            "insert into batch_usage values (%s, %s, %s, now() - make_interval(hours => %s))",
            (pool, key, uses, hours_ago),
        )


def letters(keys: str) -> list[dict[str, str]]:
    return [{"k": key, "text": f"item {key}"} for key in keys]


async def test_picks_are_claimed_and_usage_is_left_alone(bench: Bench) -> None:
    assert await pick(bench, letters("cba")) == ["a", "b"]
    assert await rows_of(bench, "batch_usage_claim") == [(POOL, "a"), (POOL, "b")]
    assert await rows_of(bench, "batch_usage") == []


async def test_an_attempt_that_fails_leaves_usage_alone(bench: Bench) -> None:
    await remember(bench, "a", uses=1, hours_ago=1)
    with pytest.raises(BadData, match="no column 'k'"):
        await pick(bench, [*letters("ab"), {"other": 1}])
    assert await rows_of(bench, "batch_usage") == [(POOL, "a")]
    assert await rows_of(bench, "batch_usage_claim") == []


async def test_the_next_attempt_picks_the_same_and_claims_it_once(bench: Bench) -> None:
    pool = [{"k": n} for n in range(200)]
    first = await pick(bench, pool, strategy="random", count=20)
    assert await pick(bench, pool, strategy="random", count=20) == first
    assert len(await rows_of(bench, "batch_usage_claim")) == 20


async def test_an_attempt_drops_the_claims_of_the_one_before(bench: Bench) -> None:
    await pick(bench, letters("abc"))
    assert await pick(bench, letters("xyz")) == ["x", "y"]
    assert await rows_of(bench, "batch_usage_claim") == [(POOL, "x"), (POOL, "y")]


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [("least_used", ["d", "b"]), ("least_recently_used", ["d", "a"]), ("round_robin", ["c", "d"])],
)
async def test_usage_decides(bench: Bench, strategy: str, expected: list[str]) -> None:
    await remember(bench, "a", uses=3, hours_ago=9)
    await remember(bench, "b", uses=1, hours_ago=1)
    await remember(bench, "c", uses=2, hours_ago=5)
    assert await pick(bench, letters("abcd"), strategy=strategy) == expected


async def test_a_named_pool_has_its_own_usage(bench: Bench) -> None:
    await remember(bench, "a", uses=1, hours_ago=1)
    assert await pick(bench, letters("ab"), count=1, pool="shared") == ["a"]
    assert await rows_of(bench, "batch_usage_claim") == [("shared", "a")]


async def test_weights_come_from_a_column(bench: Bench) -> None:
    rows = [{"k": 1, "w": 0}, {"k": 2, "w": "0.5"}, {"k": 3, "w": 2}]
    assert set(await pick(bench, rows, strategy="weighted", weight="w", count=5)) == {2, 3}
    with pytest.raises(BadData, match="'9' has the weight"):
        await pick(bench, [{"k": 9, "w": -1}], strategy="weighted", weight="w")
    with pytest.raises(BadData, match="is no number"):
        await pick(bench, [{"k": 9, "w": "much"}], strategy="weighted", weight="w")


@pytest.mark.parametrize("key", [None, [1], {"a": 1}])
async def test_a_key_is_a_text_or_a_number(bench: Bench, key: object) -> None:
    with pytest.raises(BadData, match="a key is a text or a number"):
        await pick(bench, [{"k": key}])


async def test_picks_come_from_sql_too(bench: Bench) -> None:
    params = {"count": 3, "strategy": "round_robin", "key": "k"}
    request = await bench.request(Collect(), sql="select n as k from generate_series(1, 20000) as n", pick=params)
    result = result_of(await Collect().run(request))
    assert [item["k"] for item in await bench.items()] == [1, 2, 3]
    assert (result["items"], result["read"]) == (3, 20_000)
