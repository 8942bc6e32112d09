"""kill -9 in each crash window of a paid job, for each provider: what was begun is ended, and nothing is paid twice.

The windows W1 to W10 are those of ``docs/explanation/crash-windows.md``.
"""

import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.emulators import RunningEmulator, running_emulator
from tests.faults.conftest import Note
from tests.faults.ledger_books import assert_all_answered, assert_books_agree, assert_bought_once
from tests.faults.ledger_deaths import LedgerDeath
from tests.faults.ledger_site import SELLERS, Seller, Site, eventually, opened_site
from tests.faults.processes import LEASE, stop, until

pytestmark = pytest.mark.faults

ITEMS = 24
CALLS = 4
"""Live calls at once."""


@pytest.fixture(scope="module")
def shared_emulator() -> Iterator[RunningEmulator]:
    with running_emulator() as emulator:
        yield emulator


@pytest.fixture
async def site(
    shared_emulator: RunningEmulator,
    database_url: str,
    connection: psycopg.Connection[Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Site]:
    async with opened_site(
        shared_emulator, url=database_url, folder=tmp_path, connection=connection, monkeypatch=monkeypatch
    ) as opened:
        yield opened


@pytest.fixture(params=["openai", "gemini", "vertex"])
def seller(request: pytest.FixtureRequest) -> Seller:
    return SELLERS[request.param]


@pytest.fixture(params=list(SELLERS))
def any_seller(request: pytest.FixtureRequest) -> Seller:
    return SELLERS[request.param]


async def _ends_right(site: Site, instance: int, note: Note, what: str) -> None:
    """Let another worker go on; every item is answered, and every request was billed once."""
    await site.succeed(instance)
    assert_all_answered(site.connection, instance, items=ITEMS)
    assert_bought_once(site.connection, site.emulator)
    note(what, kills=1, steps=ITEMS)


# W1: uploaded, and not written down


async def test_w1_what_was_uploaded_before_the_death_is_found_and_not_uploaded_again(
    site: Site, seller: Seller, note: Note
) -> None:
    instance = await site.started(seller, ITEMS)
    await site.die("stage:after")
    uploads = site.emulator.calls()[seller.upload]
    await _ends_right(site, instance, note, f"W1 {seller.name}, uploaded")
    assert site.emulator.calls()[seller.upload] == uploads


# W2 and W3: the job is created, or not, and nobody has written it down


async def test_w2_a_job_is_found_that_was_created_though_its_answer_never_came(
    site: Site, any_seller: Seller, note: Note
) -> None:
    site.emulator.fault("drop_after", route=any_seller.create)
    instance = await site.started(any_seller, ITEMS)
    await site.die("submit:after")
    await _ends_right(site, instance, note, f"W2 {any_seller.name}, no answer")
    assert len(site.emulator.jobs()) == 1


async def test_w2_a_job_is_found_though_the_providers_list_lags(site: Site, seller: Seller, note: Note) -> None:
    site.emulator.fault("late_in_lists", seconds=0.2)
    instance = await site.started(seller, ITEMS)
    await site.die("submit:after")
    await _ends_right(site, instance, note, f"W2 {seller.name}, late in lists")
    assert len(site.emulator.jobs()) == 1


async def test_w2_a_job_that_never_came_through_is_created_once_more(site: Site, seller: Seller, note: Note) -> None:
    site.emulator.fault("drop_before", route=seller.create)
    instance = await site.started(seller, ITEMS)
    await site.die("submit:after")
    await _ends_right(site, instance, note, f"W2 {seller.name}, never came through")
    assert len(site.emulator.jobs()) == 1
    assert site.value("select submissions from provider_batch") == 2


@pytest.mark.parametrize("point", ["submit:after", "move_job/submitted:after"])
async def test_w3_a_job_is_adopted_that_was_created_before_the_death(
    site: Site, seller: Seller, note: Note, point: str
) -> None:
    instance = await site.started(seller, ITEMS)
    await site.die(point)
    await _ends_right(site, instance, note, f"W3 {seller.name}, {point}")
    assert len(site.emulator.jobs()) == 1


async def test_w3_a_death_between_two_looks_leaves_the_looking_where_it_was(
    site: Site, seller: Seller, note: Note
) -> None:
    instance = await site.started(seller, ITEMS)
    await site.die("move_job/submitting:committed")
    await site.die("watch_job:committed")
    await _ends_right(site, instance, note, f"W3 {seller.name}, killed again between two looks")
    assert site.value("select submissions from provider_batch") == 2


# W4 and W5: two workers, two jobs


async def test_w4_what_a_frozen_worker_creates_when_it_wakes_is_cancelled_before_it_is_worked(
    site: Site, seller: Seller, note: Note
) -> None:
    site.emulator.settings(batch_seconds=600)
    instance = await site.started(seller, ITEMS)
    frozen = await site.freeze("submit:before")
    async with site.harness.engine.working():
        await until(site.connection, "select state = 'submitted' from provider_batch")
        frozen.send(signal.SIGCONT)
        await site.jobs_are("running", "cancelled")
        site.emulator.advance(600)
        await site.succeeds(instance)
    await stop([frozen])
    await _ends_right(site, instance, note, f"W4 {seller.name}, frozen before create")
    await site.jobs_are("completed", "cancelled")
    assert site.value("select jsonb_array_length(duplicates) from provider_batch") == 1


async def test_w4_nothing_that_a_frozen_worker_writes_about_a_job_it_has_lost_is_kept(
    site: Site, seller: Seller, note: Note
) -> None:
    instance = await site.started(seller, ITEMS)
    frozen = await site.freeze("submit:after")
    await site.succeed(instance)
    before = site.rows("select * from provider_batch")
    frozen.send(signal.SIGCONT)
    await site.succeeds(await site.harness.engine.start("pipeline"))  # by the one that was frozen: no other works
    await stop([frozen])
    assert site.rows("select * from provider_batch") == before
    await _ends_right(site, instance, note, f"W4 {seller.name}, frozen after create")
    assert len(site.emulator.jobs()) == 1


@pytest.mark.parametrize("point", ["watch_job:committed", "cancel:after"])
async def test_w5_of_two_jobs_under_one_key_the_oldest_is_kept_and_the_other_is_cancelled_and_recorded(
    site: Site, seller: Seller, note: Note, point: str
) -> None:
    site.emulator.settings(batch_seconds=600)
    site.emulator.fault("twice", route=seller.create)
    instance = await site.started(seller, ITEMS)
    await site.die(point)
    async with site.harness.engine.working():
        await site.jobs_are("running", "cancelled")
        site.emulator.advance(600)
        await site.succeeds(instance)
    await _ends_right(site, instance, note, f"W5 {seller.name}, {point}")
    kept, cancelled = site.rows("select provider_job, duplicates -> 0 ->> 'id' from provider_batch")[0]
    assert [one.rpartition("/")[2] for one in (kept, cancelled)] == [job["id"] for job in site.emulator.jobs()]


# W6 and W7: answered, and not taken in


@pytest.mark.parametrize("point", ["fetch:after", "move_job/downloaded:after"])
async def test_w6_what_was_downloaded_before_the_death_is_taken_from_the_archive_though_the_provider_has_no_file_left(
    site: Site, seller: Seller, note: Note, point: str
) -> None:
    instance = await site.started(seller, ITEMS)
    await site.die(point)
    if point.startswith("move_job"):
        site.emulator.fault("file_expired", route=seller.download, probability=1)
    await _ends_right(site, instance, note, f"W6 {seller.name}, {point}")


@pytest.mark.parametrize(("point", "nth"), [("settle_items:after", 2), ("close_job:after", 1)])
async def test_w7_answers_that_were_half_taken_in_are_taken_in_once(
    site: Site, seller: Seller, note: Note, point: str, nth: int
) -> None:
    instance = await site.started(seller, ITEMS)
    await site.die(point, nth=nth, chunk=10)
    await _ends_right(site, instance, note, f"W7 {seller.name}, {point}, {nth}")


# W8: some items fail


@pytest.mark.parametrize("fault", ["malformed", "line_error", "expired"])
async def test_w8_only_what_has_no_accepted_answer_is_asked_for_again(
    site: Site, seller: Seller, note: Note, fault: str
) -> None:
    site.emulator.fault(fault, count=1 if fault == "expired" else 5, fraction=0.4)
    instance = await site.started(seller, ITEMS)
    await site.die("submit:after", nth=2)
    await _ends_right(site, instance, note, f"W8 {seller.name}, {fault}, killed in the second job")
    asked, failed = site.rows("select sum(items)::int, sum(failed)::int from provider_batch")[0]
    assert failed > 0
    assert asked == ITEMS + failed
    await site.succeed(await site.harness.engine.start("pipeline"))
    assert site.value("select sum(items)::int from provider_batch") == asked, "a second run buys what is there"


# W9: cancelled while running


@pytest.mark.parametrize("point", ["cancel:after", "close_asks:after"])
async def test_w9_a_cancelled_job_is_stopped_and_what_it_had_finished_is_kept_and_never_bought_again(
    site: Site, seller: Seller, note: Note, point: str
) -> None:
    site.emulator.settings(batch_seconds=1000)
    instance = await site.started(seller, ITEMS)
    worker = await site.spawn(LedgerDeath(point))
    await until(site.connection, "select bool_or(state = 'submitted') from provider_batch")
    site.emulator.advance(500)
    await site.harness.engine.cancel(instance)
    assert await worker.ended() == -signal.SIGKILL
    site.connection.execute("update provider_batch set kept_until = clock_now()")  # ten minutes later
    async with site.harness.engine.working():
        await until(site.connection, "select state = 'ingested' from provider_batch")
    kept = site.value("select count(*)::int from provider_answer")
    assert 0 < kept < ITEMS
    assert_bought_once(site.connection, site.emulator)
    site.emulator.settings(batch_seconds=0)
    await site.harness.engine.retry(instance)
    await _ends_right(site, instance, note, f"W9 {seller.name}, {point}")
    assert site.value("select sum(items)::int from provider_batch") == ITEMS + ITEMS - kept


# W10: a live answer that nobody has saved


@pytest.mark.parametrize(("point", "nth"), [("generate:after", 7), ("settle_items:after", 3)])
async def test_w10_a_live_answer_that_was_lost_is_looked_up_or_counted_and_at_most_those_are_bought_again(
    site: Site, any_seller: Seller, note: Note, point: str, nth: int
) -> None:
    site.emulator.settings(live_seconds=0.02)
    instance = await site.started(any_seller, ITEMS, mode="live", concurrency=CALLS)
    await site.die(point, nth=nth)
    await site.succeed(instance)
    assert_all_answered(site.connection, instance, items=ITEMS)
    lost = assert_books_agree(site.connection, site.emulator)
    # On a slow machine the worker that goes on may lose its lease, too, and with it the calls that it has under way.
    losses = site.value("select count(*)::int from batch_step_result where error like 'worker % was lost%'")
    assert lost <= (0 if any_seller.name == "openai" else CALLS * losses)
    note(f"W10 {any_seller.name}, {point}: {lost} bought twice", kills=1, steps=ITEMS)


async def test_w10_a_call_that_outlasts_the_settle_time_is_not_made_again_while_it_may_be_answered(
    site: Site, note: Note, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BATCHDAG_CALL_SECONDS", "20")
    site.emulator.settings(live_seconds=LEASE + 2)
    instance = await site.started(SELLERS["openai"], CALLS, mode="live", concurrency=CALLS)
    frozen = await site.spawn(LedgerDeath())
    await eventually(lambda: site.emulator.calls().get("openai.chat") == CALLS)
    frozen.send(signal.SIGSTOP)
    await site.succeed(instance)
    assert_all_answered(site.connection, instance, items=CALLS)
    assert_bought_once(site.connection, site.emulator)
    assert site.value("select sum(lost_replies)::int from provider_batch") == 0
    note("W10 openai, frozen with calls that outlast the settle time", kills=1, steps=CALLS)
