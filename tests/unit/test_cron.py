"""Cron: standard fields, and each wall-clock time once, whatever the clocks do."""

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from definitions.cron import check_cron, check_timezone, next_fires


def fires(cron: str, zone: str, after: str, count: int = 3) -> list[str]:
    start = datetime.fromisoformat(after).replace(tzinfo=UTC)
    return [f"{due:%Y-%m-%d %H:%M}" for due in next_fires(cron, timezone=zone, after=start, count=count)]


@pytest.mark.parametrize(
    ("cron", "zone", "after", "due"),
    [
        ("0 6 * * *", "UTC", "2026-01-01 06:00", ["2026-01-02 06:00", "2026-01-03 06:00"]),
        ("0 6 * * *", "UTC", "2026-01-01 05:59:59.999", ["2026-01-01 06:00", "2026-01-02 06:00"]),
        ("0 0 * * 0", "UTC", "2026-01-01", ["2026-01-04 00:00", "2026-01-11 00:00"]),
        ("0 0 * * 7", "UTC", "2026-01-01", ["2026-01-04 00:00", "2026-01-11 00:00"]),
        ("0 0 * * MON-FRI", "UTC", "2026-01-02", ["2026-01-05 00:00", "2026-01-06 00:00"]),
        ("0 0 1 * 1", "UTC", "2026-01-28", ["2026-02-01 00:00", "2026-02-02 00:00"]),
        ("0 0 29 2 *", "UTC", "2026-01-01", ["2028-02-29 00:00", "2032-02-29 00:00"]),
        ("@hourly", "UTC", "2026-01-01 00:30", ["2026-01-01 01:00", "2026-01-01 02:00"]),
        ("@daily", "UTC", "2026-01-01 00:30", ["2026-01-02 00:00", "2026-01-03 00:00"]),
        ("@weekly", "UTC", "2026-01-01", ["2026-01-04 00:00", "2026-01-11 00:00"]),
        ("@monthly", "UTC", "2026-01-01", ["2026-02-01 00:00", "2026-03-01 00:00"]),
        ("@yearly", "UTC", "2026-01-01", ["2027-01-01 00:00", "2028-01-01 00:00"]),
        ("30 5 * * *", "Asia/Kolkata", "2026-01-01", ["2026-01-02 00:00", "2026-01-03 00:00"]),
    ],
)
def test_a_cron_expression_is_due_when_the_standard_says(cron: str, zone: str, after: str, due: list[str]) -> None:
    assert fires(cron, zone, after, count=2) == due


@pytest.mark.parametrize(
    ("cron", "zone", "after", "due"),
    [
        ("30 2 * * *", "America/New_York", "2026-03-07 12:00", ["2026-03-08 07:00", "2026-03-09 06:30"]),
        ("*/30 2 * * *", "America/New_York", "2026-03-07 12:00", ["2026-03-08 07:00", "2026-03-09 06:00"]),
        ("*/30 * * * *", "Europe/Berlin", "2026-03-29 00:29", ["2026-03-29 00:30", "2026-03-29 01:00"]),
        ("15 2 * * *", "Australia/Lord_Howe", "2026-10-02 16:00", ["2026-10-03 15:30", "2026-10-04 15:15"]),
        ("0 12 30 12 *", "Pacific/Apia", "2011-12-01", ["2011-12-30 10:00", "2012-12-29 22:00"]),
        ("30 0 * * *", "America/Sao_Paulo", "2018-11-03 12:00", ["2018-11-04 03:00", "2018-11-05 02:30"]),
    ],
)
def test_a_time_that_is_skipped_fires_once_at_the_first_instant_after_the_gap(
    cron: str, zone: str, after: str, due: list[str]
) -> None:
    assert fires(cron, zone, after, count=2) == due


@pytest.mark.parametrize(
    ("cron", "zone", "after", "due"),
    [
        ("30 1 * * *", "America/New_York", "2026-10-31 12:00", ["2026-11-01 05:30", "2026-11-02 06:30"]),
        ("30 1 * * *", "America/New_York", "2026-11-01 05:30", ["2026-11-02 06:30", "2026-11-03 06:30"]),
        ("30 1 * * *", "America/New_York", "2026-11-01 06:10", ["2026-11-02 06:30", "2026-11-03 06:30"]),
        ("30 2 * * *", "Europe/Berlin", "2026-10-24 12:00", ["2026-10-25 00:30", "2026-10-26 01:30"]),
        ("0 * * * *", "Europe/Berlin", "2026-10-24 23:30", ["2026-10-25 00:00", "2026-10-25 02:00"]),
    ],
)
def test_a_time_that_comes_twice_fires_the_first_time_only(cron: str, zone: str, after: str, due: list[str]) -> None:
    assert fires(cron, zone, after, count=2) == due


ZONES = ["UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata", "America/St_Johns"]
CRONS = st.builds(
    "{} {} * * {}".format,
    st.sampled_from(["0", "*/7", "15,45", "59"]),
    st.sampled_from(["*", "2", "1-3", "*/5", "0"]),
    st.sampled_from(["*", "0", "7", "1-5"]),
)


@given(CRONS, st.sampled_from(ZONES), st.integers(946_684_800, 2_051_222_400))
@settings(max_examples=150)
def test_fires_are_later_ascending_and_the_same_wherever_one_starts(cron: str, zone: str, start: int) -> None:
    after = datetime.fromtimestamp(start, UTC)
    due = next_fires(cron, timezone=zone, after=after, count=6)
    assert all(earlier < later for earlier, later in zip([after, *due], due, strict=False))
    assert next_fires(cron, timezone=zone, after=due[2], count=3) == due[3:]
    between = due[2] + (due[3] - due[2]) / 2
    assert next_fires(cron, timezone=zone, after=between, count=3) == due[3:]


@given(st.integers(0, 23), st.integers(0, 59), st.sampled_from(ZONES), st.integers(2000, 2030))
@settings(max_examples=60)
def test_a_daily_time_fires_once_on_each_local_day_of_the_year(hour: int, minute: int, zone: str, year: int) -> None:
    start = datetime(year, 1, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC) - timedelta(seconds=1)
    days = 366 if year % 4 == 0 else 365
    due = next_fires(f"{minute} {hour} * * *", timezone=zone, after=start, count=days)
    assert len({moment.astimezone(ZoneInfo(zone)).date() for moment in due}) == days
    assert due[-1].astimezone(ZoneInfo(zone)).year == year


BAD = [
    "", " ", "* * * *", "* * * * * *", "@reboot", "@dayly", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *",
    "* * * * 8", "a b c d e", "*/0 * * * *", "5-1 * * * *", "-1 * * * *", "1-5/2/3 * * * *", "0 0 30 2 *",
    "0 0 31 2,4 *", "0 0 LW * */7", "0 0 * * L", "0 0 * * 1#6", "* * * * *\n", "*\t* * * *", "\u0661 * * * *",
    "0 " * 5000, "9" * 5000, "* * * * " + "9" * 99, "@hourly ", "1," * 60 + "1 * * * *",
]  # fmt: skip


@pytest.mark.parametrize("text", BAD, ids=lambda text: text[:20])
def test_a_bad_cron_expression_is_refused_quickly(text: str) -> None:
    started = time.process_time()
    assert check_cron(text)
    assert time.process_time() - started < 1


@given(st.text("0123456789*,-/#LWSUN ", max_size=30))
@settings(max_examples=200)
def test_what_passes_the_check_has_a_next_fire(text: str) -> None:
    if check_cron(text) is None:
        assert next_fires(text, timezone="UTC", after=datetime(2000, 1, 1, tzinfo=UTC), count=1)


def test_a_time_zone_is_one_that_the_tz_database_names() -> None:
    assert check_timezone("Europe/Berlin") is None
    assert 'did you mean "Europe/Berlin"' in (check_timezone("Europe/berlin") or "")
    for name in ("", "..", "../../etc/passwd", "America", "localtime", "\0", "x" * 100_000, "UTC "):
        assert check_timezone(name)
