"""A worker process for tests: ``batchdag worker`` with the test runners, until it is killed."""

import asyncio

from engine.app import open_engine
from tests.runners import Noop


async def main() -> None:
    async with open_engine() as engine:
        await engine.register(Noop())
        async with engine.working():
            await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
