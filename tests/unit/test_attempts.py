"""What a process runs: an attempt that was adopted is its own, and is not begun again by the answer to its claim."""

import asyncio

from engine.claims import Claim
from engine.dispatch.attempts import Attempts
from engine.planner import StepState
from engine.settle import Finish, Settlement

CLAIM = Claim(1, 1, "a", 0, attempt=1, snoozes=0, failures=0, shard_input=None, version=1)


class Executor:
    """Counts what it is given, and ends it at once."""

    def __init__(self) -> None:
        self.begun = 0

    async def execute(self, _claim: Claim) -> Settlement:
        self.begun += 1
        return Finish(StepState.SUCCEEDED, result="{}")


async def test_an_adopted_attempt_that_has_ended_is_not_begun_again_by_a_late_answer() -> None:
    ended, executor = asyncio.Event(), Executor()
    attempts = Attempts(executor, slots=10, ended=ended.set)  # type: ignore[arg-type]
    attempts.adopt([CLAIM])
    await ended.wait()
    attempts.written(attempts.take(10))
    attempts.run([CLAIM])
    assert (attempts.held(), executor.begun) == ([], 1)
