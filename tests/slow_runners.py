"""Runners that do not stop when they are asked to: what a worker must be able to leave behind."""

import asyncio
import time

from runners.base import Outcome, Params, StepRequest, Succeeded


class Stubborn:
    """Swallows the cancellation and goes on, as no runner should."""

    name = "stubborn"
    version = "1"
    description = "Does not stop."

    Params = Params

    async def run(self, request: StepRequest) -> Outcome:
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                continue
        return Succeeded()


class Blocking:
    """Waits in a thread that nothing can stop."""

    name = "blocking"
    version = "1"
    description = "Blocks a thread."

    Params = Params

    async def run(self, request: StepRequest) -> Outcome:
        await asyncio.to_thread(time.sleep, 600)
        return Succeeded()


class Hogging:
    """Blocks the loop, as no runner may."""

    name = "hogging"
    version = "1"
    description = "Blocks the loop."

    Params = Params

    async def run(self, request: StepRequest) -> Outcome:
        time.sleep(600)  # noqa: ASYNC251  (that is what it does)
        return Succeeded()
