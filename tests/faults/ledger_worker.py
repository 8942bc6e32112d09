"""A worker process that buys from an emulator, and dies or freezes at a point of the ledger.

It is forked from a server that has the SDKs imported already, which takes longer than all the rest.
"""

import asyncio
import logging
import os
import signal
import warnings
from collections.abc import Mapping
from multiprocessing.connection import Connection

import runners.generate
import runners.providers.gcs
import runners.providers.gemini_calls
import runners.providers.openai_client
import runners.providers.vertex_calls  # noqa: F401  (as the others: so that a forked worker need not import it)
from engine.app import open_engine
from engine.settings import Settings
from tests.faults.ledger_deaths import LedgerDeath, install


def main(environment: Mapping[str, str], death: LedgerDeath, parent: Connection) -> None:
    """Work until SIGTERM, or until the death is reached. Settings come from the environment."""
    warnings.simplefilter("error")
    logging.basicConfig(level=logging.CRITICAL)
    os.environ.update(environment)
    install(death)
    asyncio.run(_work(parent))


async def _work(parent: Connection) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with open_engine(Settings()) as engine:
        parent.send("open")
        await asyncio.to_thread(parent.recv)
        async with engine.working():
            await stop.wait()
