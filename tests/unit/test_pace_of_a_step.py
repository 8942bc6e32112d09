"""How fast a step goes through its items, and when the last of them comes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.step_details import pace

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ITEMS = {"is_complete": True, "pending": 5, "succeeded": 3, "failed": 1, "dead": 1}
TIMES: dict[str, Any] = {
    "now": NOW, "since": NOW - timedelta(seconds=10), "done": None, "total": None, "shards": 0, "shards_done": 0,
    "is_open": True,
}  # fmt: skip


@pytest.mark.parametrize(
    ("times", "items", "expected"),
    [
        ({"done": 20, "total": 60}, {}, (20, 60, 2.0, 20)),
        ({"total": 10}, {}, (5, 10, 0.5, 10)),
        ({}, {}, (5, None, 0.5, None)),
        ({}, {"is_complete": False}, (None, None, None, None)),
        ({"since": None, "total": 10}, {}, (5, 10, None, None)),
        ({"done": 20, "total": 60, "is_open": False}, {}, (20, 60, None, None)),
        ({"done": 40, "shards": 8, "shards_done": 2}, {}, (40, None, 4.0, 30)),
        ({"done": 0, "shards": 8}, {}, (0, None, None, None)),
        ({"done": 70, "total": 60}, {}, (70, 60, 7.0, None)),
        ({"done": 20, "total": 60, "since": NOW}, {}, (20, 60, None, None)),
    ],
)
def test_items_come_as_fast_as_they_came(
    times: dict[str, Any], items: dict[str, Any], expected: tuple[Any, ...]
) -> None:
    found = pace(TIMES | times, ITEMS | items)
    left = None if found.eta_at is None else (found.eta_at - NOW).total_seconds()
    assert (found.done, found.total, found.rate, left) == expected
