"""Alerts: written with what they tell of, posted to a real receiver, signed, tried again, and never into our networks."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from definitions.models import ErrorClass
from engine.alerts import MAX_TRIES, Alerts, UnknownWebhook, delay_after
from engine.operations import operating
from engine.secret_refs import UnknownSecret, reveal
from engine.webhooks import Poster
from tests.harness import Harness, engine_on, step
from tests.receivers import Receiver, receiving

Connection = psycopg.Connection[tuple[Any, ...]]

FAILS = step("a", params={"failTimes": 9}, retry={"maxAttempts": 1})
BUDGET = step("a", params={"failTimes": 9, "errorClass": ErrorClass.BUDGET}, onFailure="continue")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@pytest.fixture
async def harness(database_url: str, test_reader_url: str) -> AsyncIterator[Harness]:
    """An engine that works and may post to loopback; its alerts are driven by hand."""
    allowed = engine_on(database_url, test_reader_url, allow_private_addresses=True)
    async with allowed as made, made.engine.working():
        yield made


def outbox(harness: Harness, tmp_path: Path = Path(), *, private: bool = True) -> Alerts:
    return Alerts(harness.engine.database, Poster(allow_private=private), secrets=tmp_path)


def webhook(connection: Connection, url: str, *events: str, name: str = "ops", **columns: Any) -> None:
    row = {"name": name, "url": url, "events": list(events) or ["failed"]} | columns
    names, marks = ", ".join(row), ", ".join(["%s"] * len(row))
    connection.execute(f"insert into alert_webhook ({names}) values ({marks})", list(row.values()))


def deliveries(connection: Connection) -> list[tuple[Any, ...]]:
    return connection.execute("select event, state, tries, answer from alert_delivery order by id").fetchall()


async def test_an_instance_that_fails_is_told_with_what_people_need(
    harness: Harness, connection: Connection, receiver: Receiver
) -> None:
    webhook(connection, receiver.url())
    ended = await harness.run(FAILS)
    assert await outbox(harness).send_due() == 1
    (post,) = receiver.posts
    told = json.loads(post.body)
    assert told["type"] == "batchdag.failed"
    assert told["text"].startswith(f"batchdag: instance {ended.instance_id} of pipeline failed: ")
    assert told["data"]["instance_id"] == ended.instance_id
    assert told["data"]["status"] == "failed"
    assert "webhook-signature" not in post.headers
    assert deliveries(connection) == [("failed", "sent", 1, "204 No Content")]


async def test_a_process_that_stays_sends_by_itself(
    harness: Harness, connection: Connection, receiver: Receiver
) -> None:
    webhook(connection, receiver.url())
    async with operating(harness.engine):
        await harness.run(FAILS)
        assert await asyncio.to_thread(receiver.posted.wait, 20)


async def test_the_alert_is_in_the_transaction_that_ends_the_instance(
    idle: Harness, connection: Connection, receiver: Receiver
) -> None:
    webhook(connection, receiver.url())
    await idle.define(step("a"))
    connection.execute("select start_instance('pipeline')")
    ends = "update batch_instance set status = 'failed', error = 'x', finished_at = clock_now()"
    with connection.transaction(force_rollback=True):
        connection.execute(ends)
        assert len(deliveries(connection)) == 1
    assert deliveries(connection) == []


async def test_an_instance_that_succeeds_or_is_a_rehearsal_or_anothers_is_told_to_nobody(
    harness: Harness, connection: Connection, receiver: Receiver
) -> None:
    await harness.define(step("a"), name="other")
    webhook(connection, receiver.url(), definition="other")
    webhook(connection, receiver.url(), name="off", enabled=False)
    await harness.run(FAILS)
    await harness.engine.run("other")
    connection.execute("update alert_webhook set definition = null, enabled = true")
    await harness.engine.wait(await harness.engine.rehearse("pipeline"))
    assert deliveries(connection) == []


async def test_a_retry_that_fails_again_is_another_event(
    harness: Harness, connection: Connection, receiver: Receiver
) -> None:
    webhook(connection, receiver.url())
    ended = await harness.run(FAILS)
    await harness.engine.retry(ended.instance_id)
    await harness.engine.wait(ended.instance_id)
    await outbox(harness).send_due()
    ids = {post.headers["webhook-id"] for post in receiver.posts}
    assert len(receiver.posts) == len(ids) == 2


async def test_a_step_that_stops_at_its_budget_is_told_though_the_instance_succeeds(
    harness: Harness, connection: Connection, receiver: Receiver
) -> None:
    webhook(connection, receiver.url(), "budget", "failed")
    assert (await harness.run(BUDGET)).is_success
    assert [row[0] for row in deliveries(connection)] == ["budget"]


async def test_an_instance_that_takes_too_long_is_told_once(
    idle: Harness, connection: Connection, receiver: Receiver
) -> None:
    webhook(connection, receiver.url(), "sla", sla_minutes=60)
    await idle.define(step("a"))
    for minutes in (61, 59):
        instance = await idle.engine.start("pipeline")
        await idle.engine._orchestrator.start()
        started = "update batch_instance set started_at = clock_now() - make_interval(mins => %s) where id = %s"
        connection.execute(started, (minutes, instance))
    assert await outbox(idle).raise_by_time() == 1
    assert await outbox(idle).raise_by_time() == 0
    told = connection.execute("select payload ->> 'text' from alert_delivery").fetchall()
    assert told == [("batchdag: instance 1 of pipeline takes longer than 60 min",)]


async def test_due_steps_that_nobody_takes_are_told_and_again_when_it_happens_again(
    idle: Harness, connection: Connection, receiver: Receiver
) -> None:
    webhook(connection, receiver.url(), "stuck", stuck_minutes=5)
    await idle.define(step("a"), step("b"))
    await idle.engine.start("pipeline")
    await idle.engine._orchestrator.start()
    assert await outbox(idle).raise_by_time() == 0
    for minutes in (20, 10):
        connection.execute("update batch_step set run_after = clock_now() - make_interval(mins => %s)", (minutes,))
        assert await outbox(idle).raise_by_time() == 1
        assert await outbox(idle).raise_by_time() == 0


async def test_a_step_that_runs_or_waits_for_its_time_is_not_stuck(
    idle: Harness, connection: Connection, receiver: Receiver
) -> None:
    webhook(connection, receiver.url(), "stuck", stuck_minutes=5)
    await idle.define(step("a"), step("b"))
    for _ in range(2):
        await idle.engine.start("pipeline")
    await idle.engine._orchestrator.start()
    connection.execute("update batch_step set run_after = clock_now() - interval '1 hour' where step_key = 'a'")
    connection.execute(
        "update batch_step set state = 'running', leased_by = 'w', lease_expires_at = clock_now() + interval '1 min'"
        " where step_key = 'b' and batch_instance_id = 1"
    )
    connection.execute("update batch_step set started_at = clock_now() where step_key = 'b' and batch_instance_id = 2")
    assert await outbox(idle).raise_by_time() == 0


async def test_a_refused_alert_is_tried_again_under_the_same_id(
    harness: Harness, connection: Connection, receiver: Receiver
) -> None:
    webhook(connection, receiver.url())
    receiver.answers = [503, 307]
    await harness.run(FAILS)
    alerts = outbox(harness)
    for _ in range(3):
        connection.execute("update alert_delivery set next_try_at = clock_now()")
        await alerts.send_due()
        assert await alerts.send_due() == 0
    posts = receiver.posts
    assert [post.path for post in posts] == ["/hook"] * 3
    assert len({(post.headers["webhook-id"], post.headers["Idempotency-Key"], post.body) for post in posts}) == 1
    assert deliveries(connection) == [("failed", "sent", 3, "204 No Content")]


async def test_an_alert_that_nobody_takes_is_given_up_in_the_end(
    harness: Harness, connection: Connection, receiver: Receiver
) -> None:
    webhook(connection, receiver.url())
    receiver.answers = [500]
    await harness.run(FAILS)
    connection.execute("update alert_delivery set tries = %s", (MAX_TRIES - 1,))
    await outbox(harness).send_due()
    assert deliveries(connection) == [("failed", "given_up", MAX_TRIES, "500 Internal Server Error")]


async def test_two_senders_send_an_alert_once(harness: Harness, connection: Connection, receiver: Receiver) -> None:
    webhook(connection, receiver.url())
    for _ in range(3):
        await harness.run(FAILS)
    await asyncio.gather(*(outbox(harness).send_due() for _ in range(4)))
    assert len(receiver.posts) == 3


async def test_a_sender_that_dies_leaves_its_alert_to_the_next(
    harness: Harness, connection: Connection, receiver: Receiver
) -> None:
    webhook(connection, receiver.url())
    await harness.run(FAILS)
    await outbox(harness)._claim(room=1)
    assert await outbox(harness).send_due() == 0
    connection.execute("update alert_delivery set next_try_at = next_try_at - interval '2 minutes'")
    assert await outbox(harness).send_due() == 1


async def test_a_signature_is_what_the_standard_says(
    harness: Harness, connection: Connection, receiver: Receiver, tmp_path: Path
) -> None:
    (tmp_path / "signing").write_text("whsec_" + base64.b64encode(b"key").decode() + "\n")
    webhook(connection, receiver.url(), secret="secret://signing")
    await harness.run(FAILS)
    await outbox(harness, tmp_path).send_due()
    (post,) = receiver.posts
    signed = f"{post.headers['webhook-id']}.{post.headers['webhook-timestamp']}.".encode() + post.body
    expected = base64.b64encode(hmac.digest(b"key", signed, hashlib.sha256)).decode()
    assert post.headers["webhook-signature"] == f"v1,{expected}"


@pytest.mark.parametrize("url", ["http://127.0.0.1/x", "http://169.254.169.254/latest", "http://localhost:80/x"])
async def test_an_alert_never_goes_into_our_networks(harness: Harness, connection: Connection, url: str) -> None:
    webhook(connection, url)
    await harness.run(FAILS)
    await outbox(harness, private=False).send_due()
    ((_, state, _, answer),) = deliveries(connection)
    assert (state, "internal address" in answer) == ("waiting", True)


async def test_a_secret_address_is_used_and_never_shown(
    harness: Harness, connection: Connection, receiver: Receiver, tmp_path: Path
) -> None:
    (tmp_path / "chat").write_text(receiver.url("/T0KEN"))
    webhook(connection, "secret://chat")
    await harness.run(FAILS)
    await outbox(harness, tmp_path, private=False).send_due()
    assert "secret://chat" in deliveries(connection)[0][3]
    assert "T0KEN" not in deliveries(connection)[0][3]
    connection.execute("update alert_delivery set next_try_at = clock_now()")
    await outbox(harness, tmp_path).send_due()
    assert [post.path for post in receiver.posts] == ["/T0KEN"]


async def test_a_secret_that_is_not_there_is_named(harness: Harness, connection: Connection, tmp_path: Path) -> None:
    webhook(connection, "secret://nowhere")
    await harness.run(FAILS)
    await outbox(harness, tmp_path).send_due()
    assert "set BATCHDAG_SECRET_NOWHERE, or write it to" in deliveries(connection)[0][3]


async def test_a_receiver_that_never_answers_holds_nobody_up(
    harness: Harness, connection: Connection, receiver: Receiver, tmp_path: Path
) -> None:
    impatient = Poster(allow_private=True, within=timedelta(seconds=0.2))
    webhook(connection, receiver.url())
    receiver.answers = [None]
    await harness.run(FAILS)
    await Alerts(harness.engine.database, impatient, secrets=tmp_path).send_due()
    assert deliveries(connection) == [("failed", "waiting", 1, "no answer within 0.2 s")]


async def test_a_test_alert_goes_out_at_once(harness: Harness, connection: Connection, receiver: Receiver) -> None:
    webhook(connection, receiver.url(), enabled=False)
    assert (await outbox(harness).send_test("ops")).is_taken
    assert json.loads(receiver.posts[0].body)["type"] == "batchdag.test"
    receiver.answers = [404]
    assert (await outbox(harness).send_test("ops")).said == "404 Not Found"
    assert [row[:2] for row in deliveries(connection)] == [("test", "sent"), ("test", "given_up")]
    with pytest.raises(UnknownWebhook, match="'opps'"):
        await outbox(harness).send_test("opps")


async def test_a_list_of_webhooks_shows_hosts_and_what_was_sent(
    harness: Harness, connection: Connection, receiver: Receiver
) -> None:
    webhook(connection, "https://user:word@example.org:443/T0KEN?x=1", "budget", name="far")
    webhook(connection, "secret://chat", "budget", name="hidden")
    webhook(connection, receiver.url(), name="near")
    await harness.run(FAILS)
    await outbox(harness).send_due()
    listed = await outbox(harness).webhooks()
    assert [row["address"] for row in listed] == ["example.org:443", "secret://chat", receiver.url("")[7:]]
    assert [(row["sent"], row["last_answer"]) for row in listed] == [(0, None), (0, None), (1, "204 No Content")]


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"url": "ftp://example.org"}, "url_is_http_or_a_reference"),
        ({"secret": "hunter2"}, "secret_is_a_reference"),
        ({"events": ["faild"]}, "events_are_known"),
        ({"events": []}, "events_are_known"),
        ({"events": ["sla"]}, "sla_has_its_minutes"),
        ({"definition": "unknown"}, "alert_webhook_definition_fkey"),
    ],
)
def test_a_webhook_that_cannot_work_is_refused(
    connection: Connection, columns: dict[str, Any], constraint: str
) -> None:
    row = {"name": "ops", "url": "https://example.org/hook"} | columns
    names, marks = ", ".join(row), ", ".join(["%s"] * len(row))
    with pytest.raises(psycopg.IntegrityError, match=constraint):
        connection.execute(f"insert into alert_webhook ({names}) values ({marks})", list(row.values()))


def test_the_environment_wins_over_the_folder(tmp_path: Path) -> None:
    (tmp_path / "my-key").write_text("from the file\n")
    assert reveal("secret://my-key", folder=tmp_path, environment={}) == "from the file"
    assert reveal("secret://my-key", folder=tmp_path, environment={"BATCHDAG_SECRET_MY_KEY": "x"}) == "x"
    assert reveal("https://a/b", folder=tmp_path, environment={}) == "https://a/b"
    with pytest.raises(UnknownSecret):
        reveal("secret://other", folder=tmp_path, environment={})


def test_tries_spread_over_hours() -> None:
    waits = [delay_after(tries) for tries in range(1, MAX_TRIES)]
    assert waits[:3] == [timedelta(seconds=15), timedelta(seconds=30), timedelta(seconds=60)]
    assert timedelta(hours=6) < sum(waits, timedelta()) < timedelta(hours=9)
