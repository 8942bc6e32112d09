"""Wakes the scheduler when an instant may be due: APScheduler waits, and decides nothing.

It waits on this machine's clock, so each instant is moved by how far the database's clock is ahead. A tick that comes
early, late or twice does no harm: the database says what is due.
"""

from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from engine.scheduler.schedule import Schedule


class CronTrigger(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """The instants of a schedule, as APScheduler asks for them: one after the other, in this machine's time."""

    def __init__(self, schedule: Schedule, *, ahead: Callable[[], timedelta]) -> None:
        self._schedule = schedule
        self._ahead = ahead

    def get_next_fire_time(self, _previous: datetime | None, now: datetime) -> datetime | None:
        """Return the next instant later than ``now``; what is past is the database's business."""
        ahead = self._ahead()
        upcoming = self._schedule.upcoming(now.astimezone(UTC) + ahead)
        return upcoming[0] - ahead if upcoming else None


class Ticker:
    """Calls ``tick`` at every instant of the schedules that it watches."""

    def __init__(self, tick: Callable[[], None]) -> None:
        self._tick = tick
        self._ahead = timedelta()
        self._watched: set[Schedule] = set()
        self._scheduler = AsyncIOScheduler(timezone=UTC)

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=False)

    def watch(self, schedules: Collection[Schedule], *, database_now: datetime) -> None:
        """Watch these schedules and no others, from now on by the database's clock as it is now."""
        self._ahead = database_now - datetime.now(UTC)
        wanted = set(schedules)
        for schedule in self._watched - wanted:
            self._scheduler.remove_job(_job_id(schedule))
        for schedule in wanted - self._watched:
            trigger = CronTrigger(schedule, ahead=lambda: self._ahead)
            self._scheduler.add_job(self._run, trigger, id=_job_id(schedule), misfire_grace_time=None)
        self._watched = wanted

    async def _run(self) -> None:
        self._tick()


def _job_id(schedule: Schedule) -> str:
    return f"{schedule.cron} {schedule.timezone}"
