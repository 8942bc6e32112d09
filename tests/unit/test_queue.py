"""Which queue a step goes to, how many are published at once, and what becomes of a message that finds no room."""

import asyncio
from datetime import timedelta

import pytest

from engine.claims import Message, Named
from engine.dispatch.queue.offers import Offers
from engine.dispatch.queue.publisher import ChunkSize
from engine.dispatch.queue.settings import QueueSettings, UnknownQueue

SETTINGS = QueueSettings(url="redis://localhost", prefix="shop", routes={"embed": "gpu"})


def test_a_worker_takes_from_the_queues_of_the_priorities_unless_it_is_told_otherwise() -> None:
    assert SETTINGS.consumed(()) == ["shop.high", "shop.normal", "shop.low"]
    assert SETTINGS.consumed(("gpu", "high")) == ["shop.gpu", "shop.high"]


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


async def test_a_message_that_finds_no_room_is_given_back() -> None:
    given: list[Message] = []

    async def give_back(message: Message) -> None:
        given.append(message)

    offers = Offers(changed=lambda: None, give_back=give_back, patience=timedelta(milliseconds=5))
    await offers.offer(Message(1, 0))
    assert given == [Message(1, 0)]
    assert offers.take(5) is None


async def test_a_message_whose_turn_is_not_committed_is_claimed_by_the_next() -> None:
    async def give_back(message: Message) -> None:
        raise AssertionError(message)

    offers = Offers(changed=lambda: None, give_back=give_back)
    waiting = [asyncio.create_task(offers.offer(Message(1, 0))) for _ in range(2)]
    await asyncio.sleep(0)
    first = offers.take(5)
    assert isinstance(first, Named)
    assert first.messages == (Message(1, 0), Message(1, 0))
    offers.returned(first, taken=False)
    again = offers.take(1)
    rest = offers.take(1)
    offers.returned(again, taken=True)
    offers.returned(rest, taken=True)
    await asyncio.gather(*waiting)


async def test_closing_lets_everybody_go() -> None:
    async def give_back(message: Message) -> None:
        raise AssertionError(message)

    offers = Offers(changed=lambda: None, give_back=give_back)
    waiting = asyncio.create_task(offers.offer(Message(1, 0)))
    await asyncio.sleep(0)
    offers.close()
    await waiting
