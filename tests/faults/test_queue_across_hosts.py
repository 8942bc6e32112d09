"""Three workers, a broker and a database, each on a host of its own, while every one of them is broken in every way.

At least 3,000 steps (``BATCHDAG_TEST_STEPS=10000`` for more) run while workers are killed, frozen and cut off, and while
RabbitMQ and PostgreSQL are restarted, in order and by what looks from outside like a loss of power. In the end every
step has succeeded exactly once.

How the printed times are taken, all of them from the rows:

* *taken back*: from the fault until the rescuer wrote that the first, and the last, of the victim's steps is ready again;
* *done*: from the fault until the first, and the last, of the steps that the victim held has succeeded;
* *at work*: from the repair (the process is started or woken, the cable is in, the server listens) until the victim
  claims a step; of several victims the first and the last. A worker that stays deaf fails the test here.

The lease is 3 s and the rescuer looks every 0.5 s, so what a worker held should be taken back within 2 to 4 s. It is then
done after those that are ready before it. A worker that is cut off from the database alone still holds messages that it
cannot use, which count as lost after 2 s.
"""

import os
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from psycopg.types.json import Jsonb
from rich.console import Console
from rich.table import Table

from tests.faults.conftest import Note, Show
from tests.faults.host_books import (
    STEPS,
    Span,
    assert_books_are_right,
    definition,
    first_claim,
    have_ended,
    knows_the_runner,
    seconds_to_rescue,
    seconds_to_success,
)
from tests.faults.host_site import Fault, Site, running_site
from tests.faults.hosts import BROKER, DATABASE

pytestmark = [pytest.mark.faults, pytest.mark.timeout(400)]

INSTANCES = max(1, int(os.environ.get("BATCHDAG_TEST_STEPS", "3000")) // STEPS)
LEASE = 3.0
CUT = LEASE + 2
SLOTS = 20
SPAN = 60.0
"""Seconds that the least number of steps takes if nothing is broken: each is as slow as that needs."""


DEFINE = "insert into batch_definition (name, steps) values ('across', %s)"


def test_every_step_succeeds_once_whatever_is_killed_frozen_or_cut_off(note: Note, show: Show) -> None:
    with running_site(lease_seconds=LEASE, rescue_seconds=0.5, concurrency=SLOTS) as site:
        _start(site)
        begun = time.monotonic()
        _break_everything(site)
        site.feed_no_more(least=INSTANCES)
        site.until("the steps do not end", have_ended, within=120)
        seconds = time.monotonic() - begun
        _stop(site)
        show(_figures(site, seconds=seconds))
        assert_books_are_right(site.connection, site.instances)
    kills = sum("kill" in fault.what for fault in site.faults)
    note(f"{len(site.faults)} faults of hosts, cables and servers", kills=kills, steps=site.instances * STEPS)


def _start(site: Site) -> None:
    """Return once every worker is at work."""
    seconds = SPAN * SLOTS * len(site.workers) / (INSTANCES * STEPS)
    site.until("no worker has begun", knows_the_runner)
    site.connection.execute(DEFINE, (Jsonb(definition(seconds=seconds)),))
    site.is_fed = True
    asked = datetime.now(UTC)
    for worker in site.workers.values():
        site.until(f"{worker.host.name} has not begun", first_claim, worker.pattern, asked)


def _break_everything(site: Site) -> None:
    site.kill("w1")
    site.freeze("w2", seconds=CUT)
    site.cut_off("w3", of=[DATABASE, BROKER], seconds=CUT)
    site.cut_off("w1", of=[BROKER], seconds=CUT)
    site.cut_off("w2", of=[DATABASE], seconds=CUT)
    site.restart_broker()
    site.restart_database()
    site.power_off_database()
    site.power_off_broker()
    site.kill("w1", "w2", "w3")


def _stop(site: Site) -> None:
    """Stop the workers in order: none of them may have been left unable to."""
    for worker in site.workers.values():
        worker.send(signal.SIGTERM)
    assert [worker.process.wait(20) for worker in site.workers.values()] == [0, 0, 0]


def _figures(site: Site, *, seconds: float) -> str:
    table = Table(
        title=f"{site.instances * STEPS:,} steps on three hosts in {seconds:.1f} s", box=None, title_justify="left"
    )
    for heading in ("fault", "held", "repaired after", "taken back", "done", "at work again"):
        table.add_column(heading, justify="left" if heading == "fault" else "right")
    for fault in site.faults:
        table.add_row(*_row(site, fault))
    console = Console(width=120)
    with console.capture() as printed:
        console.print(table)
        for worker in site.workers.values():
            console.print(worker.host.name, dict(worker.events()))
    return printed.get()


def _row(site: Site, fault: Fault) -> Iterator[str]:
    yield fault.what
    yield str(len(fault.held) or "")
    yield f"{(fault.repaired - fault.began).total_seconds():.1f} s"
    yield _seconds(seconds_to_rescue(site.connection, fault.held, fault.began))
    yield _seconds(seconds_to_success(site.connection, fault.held, fault.began))
    back = [(claim - fault.repaired).total_seconds() for claim in fault.back]
    yield _seconds((min(back), max(back)))


def _seconds(span: Span | None) -> str:
    """Return the first and the last of several moments, as text."""
    return "" if span is None else f"{span[0]:.1f} to {span[1]:.1f} s"
