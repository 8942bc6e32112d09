"""An upload is read batch by batch, one ahead of what is saved, and its file is let go of whatever happens."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import aclosing
from typing import Any, cast

import pytest

from services.http.explanations.questions import Known
from services.http.explanations.reading import Entry, Reading
from services.http.explanations.uploading import Wanted, _batches

KNOWN = Known(subjects=(), question_types=())
WANTED = Wanted(set_id="spring", strict=False, keeps_formulas=False, key=None)


class Slow:
    """Two batches of one question each; notes when the second is asked for, and may be told to wait there."""

    def __init__(self) -> None:
        self.is_ahead = threading.Event()
        self.may_end = threading.Event()
        self.has_let_go = False

    def batches(self) -> Iterator[list[Entry]]:
        yield [Entry(2, {"question": "What?", "answer": "this"})]
        self.is_ahead.set()
        assert self.may_end.wait(20)
        self.has_let_go = True
        yield [Entry(3, {"question": "Which?", "answer": "that"})]


def read(slow: Slow) -> Any:
    return aclosing(_batches(cast("Reading", slow), KNOWN, WANTED))


async def test_the_next_batch_is_read_while_one_is_saved() -> None:
    slow, lines = Slow(), []
    async with read(slow) as batches:
        async for batch in batches:
            assert await asyncio.to_thread(slow.is_ahead.wait, 20)
            slow.may_end.set()
            lines += [row["line"] for row in batch.rows]
    assert lines == [2, 3]


async def fail_to_save(slow: Slow) -> None:
    async with read(slow) as batches:
        async for _ in batches:
            assert await asyncio.to_thread(slow.is_ahead.wait, 20)
            asyncio.get_running_loop().call_later(0.05, slow.may_end.set)
            raise ConnectionError


async def test_whoever_fails_to_save_a_batch_waits_until_the_next_is_read() -> None:
    slow = Slow()
    with pytest.raises(ConnectionError):
        await fail_to_save(slow)
    assert slow.has_let_go
