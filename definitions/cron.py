"""When a cron expression is due. Reads no clock: the caller says after which instant.

Five fields with standard day-of-week numbers (0 and 7 are Sunday), or one of five names. The fields are matched on the
wall clock of the time zone, and each wall-clock time fires once: one that a change of clocks skips fires at the first
instant after the gap, one that comes twice fires the first time only. So cronsim walks plain local times here, and this
module maps them to instants; its own rules for zones differ between ``*`` and fixed hours.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import islice
from zoneinfo import ZoneInfo, available_timezones

from cronsim import CronSim, CronSimError

from definitions.errors import did_you_mean

_NAMES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
}
_FIELDS = re.compile(r"[0-9A-Za-z*,/#-]{1,100}( +[0-9A-Za-z*,/#-]{1,100}){4}")
_SOME_DAY = datetime(2000, 1, 1)  # noqa: DTZ001 - a local time, by design


@lru_cache(maxsize=4096)
def check_cron(text: str) -> str | None:
    """Return what is wrong with a cron expression, or None."""
    if text.startswith("@"):
        known = ", ".join(_NAMES)
        return (
            None if text in _NAMES else f'unknown name "{text[:40]}"{did_you_mean(text, list(_NAMES))}; known: {known}'
        )
    if not _FIELDS.fullmatch(text):
        names = ", ".join(_NAMES)
        return f'"{text[:60]}" is not a cron expression: five fields (minute hour day month weekday), or {names}'
    try:
        never = next(CronSim(text, _SOME_DAY), None) is None
    except CronSimError as error:
        return f'"{text}": {_lowered(error)}'
    return f'"{text}" never fires: no such day comes within 50 years' if never else None


@lru_cache(maxsize=1024)
def check_timezone(name: str) -> str | None:
    """Return what is wrong with the name of a time zone, or None."""
    known = _timezones()
    if name in known:
        return None
    return f'unknown time zone "{name[:60]}"{did_you_mean(name, sorted(known))}: use a name like Europe/Berlin or UTC'


@lru_cache(maxsize=1)
def _timezones() -> frozenset[str]:
    return frozenset(available_timezones() - {"localtime", "Factory"})


def next_fires(cron: str, *, timezone: str, after: datetime, count: int = 5) -> list[datetime]:
    """Return the next instants, in UTC, at which a cron expression is due, all later than ``after`` (aware).

    The expression and the time zone must have passed their checks. Fewer than ``count`` come back only if the
    expression has no more dates within 50 years.
    """
    return list(islice(_fires(cron, ZoneInfo(timezone), after.astimezone(UTC)), count))


def _fires(cron: str, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    local = after.astimezone(zone).replace(tzinfo=None)
    for due in CronSim(_NAMES.get(cron, cron), local):
        instant = _instant(due, zone)
        if instant > after:
            yield instant
            after = instant


def _instant(local: datetime, zone: ZoneInfo) -> datetime:
    """Return when the wall clock shows this time first, or the first instant after it where it is skipped."""
    instant = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    shown = instant.astimezone(zone).replace(tzinfo=None)
    return instant if shown == local else _end_of_gap(local, zone)


def _end_of_gap(local: datetime, zone: ZoneInfo) -> datetime:
    """Find the change of clocks that skips this local time: PEP 495 gives an instant before it and one after it."""
    before = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    after = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    offset = after.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after.replace(microsecond=0)


def _lowered(error: CronSimError) -> str:
    text = str(error)
    return f"{text[:1].lower()}{text[1:]}, or none that comes"
