"""``batchdag backfill``: fires the instants of a past span by hand, and says what became of each."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from engine.app import Engine
from engine.cli.console import err, print_json, print_table, with_engine
from engine.scheduler.backfill import Instant, Target, backfill, find_target, instants, plan

_COLUMNS = {"local_time": "LOCAL TIME", "outcome": "OUTCOME", "instance": "INSTANCE", "reason": "REASON"}


def run(name: str, *, start: str, end: str, dry_run: bool, as_json: bool) -> None:
    async def task(engine: Engine) -> tuple[Target, Sequence[Instant], int]:
        await engine.catalog.find(name)
        target = await find_target(engine.database, name)
        wanted = instants(target, start=start, end=end)
        now = [instant for instant in await plan(engine.database, target, wanted) if not instant.is_fired]
        if not dry_run:
            now = await backfill(engine.database, target, [instant.fire_at for instant in now])
        return target, now, len(wanted)

    target, shown, total = with_engine(task)
    _print(shown, zone=ZoneInfo(target.schedule.timezone), as_json=as_json)
    if not as_json:
        err.print(_summary(target, shown, total=total, dry_run=dry_run), markup=False)


def _print(shown: Sequence[Instant], *, zone: ZoneInfo, as_json: bool) -> None:
    rows = [
        {
            "fire_at": instant.fire_at,
            "local_time": instant.fire_at.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
            "outcome": instant.outcome,
            "instance": instant.instance_id,
            "reason": instant.reason,
        }
        for instant in shown
    ]
    if as_json:
        print_json(rows)
    else:
        print_table(rows, columns=_COLUMNS, empty="nothing to fire")


def _summary(target: Target, shown: Sequence[Instant], *, total: int, dry_run: bool) -> str:
    known = f"{total} instants of {target.schedule.cron!r} in {target.schedule.timezone}"
    if dry_run:
        return f"{known}; {len(shown)} would be fired, {total - len(shown)} have been"
    started = sum(instant.is_fired for instant in shown)
    failed = len(shown) - started
    return (
        f"{known}; {started} fired now"
        + (f", {failed} could not start" if failed else "")
        + (": a process that works runs them (`batchdag worker`)" if started else "")
    )
