"""Which queue a step goes to, how many are published at once and asked for, and what becomes of a message."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.claims import Message, Named, Wanted
from engine.dispatch.queue.broker import make_app
from engine.dispatch.queue.celery_worker import CeleryWorker
from engine.dispatch.queue.losses import Suspects
from engine.dispatch.queue.offers import Offer, Offers
from engine.dispatch.queue.outbox import Published, Ready
from engine.dispatch.queue.publisher import ChunkSize
from engine.dispatch.queue.room import prefetch
from engine.dispatch.queue.settings import QueueSettings, UnknownQueue
from engine.turn import TurnResult

SETTINGS = QueueSettings(url="redis://localhost", prefix="shop", routes={"embed": "gpu"})


def test_a_worker_takes_from_the_queues_of_the_priorities_unless_it_is_told_otherwise() -> None:
    assert SETTINGS.consumed(()) == ["shop.high", "shop.normal", "shop.low"]
    assert SETTINGS.consumed(("gpu", "high")) == ["shop.gpu", "shop.high"]


def test_a_worker_greets_no_others_before_it_takes_messages() -> None:
    worker = CeleryWorker(make_app(SETTINGS), queues=SETTINGS.consumed(()), prefetch=1, received=lambda *_: None)
    assert "Mingle" not in {type(part).__name__ for part in worker.consumer.steps}


def test_a_queue_that_no_step_goes_to_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(UnknownQueue, match=r"'gpus': there are high, normal, low, gpu; BATCHDAG_QUEUE_ROUTES"):
        SETTINGS.consumed(("gpus",))


def test_the_chunk_grows_while_the_broker_is_quick_and_shrinks_when_it_is_slow() -> None:
    chunk = ChunkSize(least=10, most=100, seconds=0.1)
    for _ in range(9):
        chunk.took(0.01, full=True)
    assert chunk.size == 100
    chunk.took(0.5, full=True)
    assert chunk.size == 50
    chunk.took(0.01, full=False)
    assert chunk.size == 50
    for _ in range(9):
        chunk.took(0.5, full=True)
    assert chunk.size == 10


DONE = TurnResult(claims=())


class Desk:
    """Where offers come from and go back to: writes down what became of which step's message."""

    def __init__(self, *, patience: timedelta = timedelta(seconds=60)) -> None:
        self.done: list[int] = []
        self.unwanted: asyncio.Queue[Offer] = asyncio.Queue()
        self.offers = Offers(changed=lambda: None, unwanted=self.unwanted.put_nowait, patience=patience)

    def offer(self, *steps: int) -> None:
        for step_id in steps:
            self.offers.offer(Offer(Message(step_id, 0), done=partial(self.done.append, step_id)))

    def take(self, room: int) -> tuple[Wanted | None, list[int]]:
        """Return what a lane is to claim, and the steps that it names."""
        wanted = self.offers.take(room, reporting=False)
        return wanted, [message.step_id for message in wanted.messages] if isinstance(wanted, Named) else []


async def test_a_message_that_finds_no_room_is_given_back_and_not_acknowledged_yet() -> None:
    desk = Desk(patience=timedelta(milliseconds=5))
    desk.offer(1)
    given = await desk.unwanted.get()
    assert given.message == Message(1, 0)
    assert desk.take(5) == (None, [])
    assert desk.done == []


async def test_a_message_is_acknowledged_only_once_the_turn_that_claims_its_step_is_committed() -> None:
    desk = Desk()
    desk.offer(1, 2)
    wanted, named = desk.take(5)
    assert named == [1, 2]
    await asyncio.sleep(0)
    assert desk.done == []
    desk.offers.returned(wanted, DONE)
    await asyncio.sleep(0)
    assert desk.done == [1, 2]


async def test_a_message_whose_turn_is_not_committed_is_claimed_by_the_next() -> None:
    desk = Desk()
    desk.offer(1, 1)
    first, named = desk.take(5)
    assert named == [1, 1]
    desk.offers.returned(first, None)
    again, rest = desk.take(1), desk.take(1)
    assert [again[1], rest[1]] == [[1], [1]]
    desk.offers.returned(again[0], DONE)
    desk.offers.returned(rest[0], DONE)
    await asyncio.sleep(0)
    assert desk.done == [1, 1]


@pytest.mark.parametrize(
    ("free", "now", "expected"),
    [
        (-3, 16, 0),
        (0, 4, 0),
        (1, 0, 0),
        (1, 1, 1),
        (5, 0, 0),
        (9, 8, 8),
        (9, 16, 8),
        (10, 0, 8),
        (100, 0, 16),
        (100, 16, 16),
    ],
)
def test_messages_are_asked_for_by_powers_of_two_and_by_a_full_worker_only_once_there_is_some_room(
    free: int, now: int, expected: int
) -> None:
    assert prefetch(free, now=now, slots=100) == expected


@given(free=st.integers(-5, 2000), now=st.sampled_from([0, 1, 2, 4, 8, 16]), slots=st.integers(1, 2000))
def test_no_more_messages_are_on_their_way_than_there_is_room_for(free: int, now: int, slots: int) -> None:
    assert 0 <= prefetch(free, now=now, slots=slots) <= max(0, free)


@given(now=st.sampled_from([0, 1, 2, 4, 8, 16]), slots=st.integers(1, 2000))
def test_an_idle_worker_always_asks_for_messages(now: int, slots: int) -> None:
    assert prefetch(slots, now=now, slots=slots) > 0


def missing(*steps: int) -> list[Published]:
    return [Published(Ready(step_id, 0, 0, None), datetime(2026, 1, 1, tzinfo=UTC)) for step_id in steps]


def test_a_message_is_lost_only_when_it_is_still_missing_a_while_later() -> None:
    suspects = Suspects()
    assert suspects.lost(missing(1, 2), now=10.0) == []
    assert suspects.lost(missing(2, 3), now=11.9) == []
    assert suspects.lost(missing(1, 2, 3), now=12.0) == [2]


def test_a_step_that_is_published_again_is_suspected_anew() -> None:
    suspects = Suspects()
    [first] = missing(1)
    suspects.lost([first], now=10.0)
    second = first._replace(published_at=first.published_at + timedelta(seconds=2))
    assert suspects.lost([second], now=12.5) == []
    assert suspects.lost([second], now=14.5) == [1]
