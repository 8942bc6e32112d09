"""A worker process that buys from an emulator, and dies or freezes at a point of the ledger.

It is forked from a server that has imported this module, and with it what the SDKs would import at their first call.
"""

# ruff: noqa: F401

import asyncio
import logging
import os
import signal
import warnings
from collections.abc import Mapping
from multiprocessing.connection import Connection

import anyio._backends._asyncio
import fsspec.implementations.local
import genai_prices.data
import google.auth.aio.credentials
import httpcore2
import openai.resources

import runners.generate
import runners.providers.gcs
import runners.providers.gemini
import runners.providers.gemini_calls
import runners.providers.openai
import runners.providers.openai_client
import runners.providers.vertex
import runners.providers.vertex_calls
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
