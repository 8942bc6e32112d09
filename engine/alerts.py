"""Sends the alerts that are written in the outbox, and writes those that only time raises.

An alert is a row of ``alert_delivery``, written by the transaction that it tells of: it is sent at least once, and
again under the same id until it is taken or given up. Decides when to try again; knows nothing of HTTP.
"""

import asyncio
import http.client
import json
import logging
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from psycopg.rows import dict_row

from engine.database import Database, sql
from engine.secret_refs import UnknownSecret, is_reference, reveal
from engine.service import Service
from engine.webhooks import Answer, Message, Poster
from runners.base import RunnerError
from runners.fetch import shown

log = logging.getLogger("batchdag")

MAX_TRIES = 14
"""About six hours, with the delays below."""
_FIRST_DELAY = timedelta(seconds=15)
_LONGEST_DELAY = timedelta(hours=1)
_AT_ONCE = 8
_RAISED_BY_TIME = ("raise_late_alerts", "raise_stuck_alerts", "raise_overdue_alerts")


class UnknownWebhook(LookupError):
    """There is no row of alert_webhook with this name."""


class Delivery(NamedTuple):
    """A row of the outbox that is ours to send now; a row of claim_alerts.sql or insert_test_alert.sql."""

    delivery_id: int
    tries: int
    webhook: str
    url: str
    secret: str | None
    event: str
    message_id: str
    payload: dict[str, Any]
    timestamp: int

    def message(self) -> Message:
        return Message(self.message_id, json.dumps(self.payload).encode(), self.timestamp)


class Alerts:
    """The outbox of one database, and what it takes to send from it."""

    def __init__(self, database: Database, poster: Poster, *, secrets: Path) -> None:
        self._database = database
        self._poster = poster
        self._secrets = secrets

    async def webhooks(self) -> list[dict[str, Any]]:
        """Return every webhook, with what became of its alerts; of its address only the host."""
        async with self._database.transaction() as connection, connection.cursor(row_factory=dict_row) as cursor:
            return await (await cursor.execute(sql("list_webhooks"), {})).fetchall()

    async def raise_by_time(self) -> int:
        """Write the alerts that nobody's transaction writes: too late, stuck, overdue. Return how many are new."""
        raised = 0
        for statement in _RAISED_BY_TIME:
            async with self._database.transaction() as connection:
                raised += len(await (await connection.execute(sql(statement), {})).fetchall())
        return raised

    async def send_due(self) -> int:
        """Try those that are due, a few at once; return how many were tried."""
        deliveries = await self._claim(room=_AT_ONCE)
        await asyncio.gather(*(self._send(delivery) for delivery in deliveries))
        return len(deliveries)

    async def send_test(self, webhook: str) -> Answer:
        """Send an alert that says only that the webhook works, once and now; a disabled webhook too.

        Raises:
            UnknownWebhook: there is none of this name.
        """
        async with self._database.transaction() as connection:
            row = await (await connection.execute(sql("insert_test_alert"), {"name": webhook})).fetchone()
        if row is None:
            raise UnknownWebhook(f"there is no webhook {webhook!r}; `batchdag alerts list` lists them")
        delivery = Delivery(*row)
        answer = await self._try(delivery)
        await self._settle(delivery, "sent" if answer.is_taken else "given_up", answer)
        return answer

    async def _claim(self, *, room: int) -> list[Delivery]:
        async with self._database.transaction() as connection:
            cursor = await connection.execute(sql("claim_alerts"), {"room": room})
            return [Delivery(*row) for row in await cursor.fetchall()]

    async def _send(self, delivery: Delivery) -> None:
        answer = await self._try(delivery)
        fields = {"webhook": delivery.webhook, "alert": delivery.event, "answer": answer.said, "tries": delivery.tries}
        if answer.is_taken:
            log.info("alert.sent", extra=fields)
            await self._settle(delivery, "sent", answer)
        elif delivery.tries >= MAX_TRIES:
            log.error("alert.given_up", extra=fields)
            await self._settle(delivery, "given_up", answer)
        else:
            log.warning("alert.refused", extra=fields)
            await self._settle(delivery, "waiting", answer, delay=delay_after(delivery.tries))

    async def _try(self, delivery: Delivery) -> Answer:
        try:
            url = reveal(delivery.url, folder=self._secrets)
            secret = None if delivery.secret is None else reveal(delivery.secret, folder=self._secrets)
        except (UnknownSecret, OSError) as error:
            return Answer(is_taken=False, said=str(error))
        try:
            return await self._poster.post(url, delivery.message(), secret=secret)
        except (RunnerError, OSError, ValueError, http.client.HTTPException) as error:
            # A message may name the address, and an address that was referred to is a secret.
            said = str(error).replace(shown(url), delivery.url) if is_reference(delivery.url) else str(error)
            return Answer(is_taken=False, said=f"{type(error).__name__}: {said}")

    async def _settle(self, delivery: Delivery, state: str, answer: Answer, *, delay: timedelta = timedelta(0)) -> None:
        binds = {"id": delivery.delivery_id, "tries": delivery.tries, "state": state, "delay": delay}
        async with self._database.transaction() as connection:
            await connection.execute(sql("settle_alert"), binds | {"answer": answer.said[:1000]})


class AlertSender(Service):
    """Sends what is due; any number of processes may."""

    name = "alerts.sender"

    def __init__(self, alerts: Alerts) -> None:
        super().__init__(every=timedelta(seconds=2))
        self._alerts = alerts

    async def once(self) -> bool:
        return await self._alerts.send_due() > 0


class AlertWatch(Service):
    """Looks every half minute for what only time raises."""

    name = "alerts.watch"

    def __init__(self, alerts: Alerts) -> None:
        super().__init__(every=timedelta(seconds=30))
        self._alerts = alerts

    async def once(self) -> bool:
        await self._alerts.raise_by_time()
        return False


def delay_after(tries: int) -> timedelta:
    """Return how long to wait after so many tries: doubled each time, from a quarter of a minute to an hour."""
    return min(_FIRST_DELAY * (1 << (tries - 1)), _LONGEST_DELAY)
