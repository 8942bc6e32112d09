"""Why an instant was not fired: the sentences in the rows are known again by their codes."""

from datetime import UTC, datetime, timedelta

import pytest

from definitions.models import Misfire, Overlap
from engine.fire_words import known_reason
from engine.said import FireReason
from engine.scheduler.decision import Cron, decide
from engine.scheduler.schedule import Schedule

NOW = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("misfire", "code"), [(Misfire.LATEST, FireReason.NOT_THE_LATEST), (Misfire.NONE, FireReason.NOT_FIRED)]
)
def test_why_instants_lie_in_a_gap_is_known_again(misfire: Misfire, code: FireReason) -> None:
    cron = Cron(1, 1, "hourly", Schedule("0 * * * *", "UTC"), misfire, Overlap.SKIP, NOW - timedelta(hours=5))
    gap = decide(cron, now=NOW).gap
    assert gap is not None
    said = known_reason(gap.reason)
    assert said is not None
    assert (said.code, said.words) == (code, gap.reason)


@pytest.mark.parametrize(
    ("reason", "code", "values"),
    [
        ("instance 7 had not ended (overlap: skip)", FireReason.OVERLAPPED, {"instance_id": "7"}),
        ("backfilled", FireReason.BACKFILLED, {}),
        (
            "backfilled; before, it was missed: nobody: ticked",
            FireReason.BACKFILLED_AFTER,
            {"outcome": "missed", "earlier": "nobody: ticked"},
        ),
    ],
)
def test_what_the_database_writes_is_known_again_with_its_values(
    reason: str, code: FireReason, values: dict[str, str]
) -> None:
    said = known_reason(reason)
    assert said is not None
    assert (said.code, said.values) == (code, values)


@pytest.mark.parametrize(
    "reason", [None, 'the params of definition "a" have 1 problem(s):', "instance x had not ended"]
)
def test_an_error_has_no_code(reason: str | None) -> None:
    assert known_reason(reason) is None
