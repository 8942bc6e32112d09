"""A worker process: opens the engine, says so, begins to work when it is told to, and stops in order on SIGTERM.

It is forked from a server that has imported this module, and with it what the engine would import once it works.
"""

# ruff: noqa: F401

import asyncio
import encodings.idna
import logging
import os
import signal
import warnings
from datetime import timedelta
from multiprocessing.connection import Connection

import apscheduler.executors.asyncio
import psycopg.types.json

import engine.scheduler.service
import runners.collect
import runners.embed
import runners.explain
import runners.generate
import runners.load
import runners.process
from engine.app import open_engine
from engine.settings import Settings
from tests.faults.deaths import Death, dying_store
from tests.faults.scenario import Effect


def main(url: str, lease: float, concurrency: int, death: Death, parent: Connection) -> None:
    """Work until SIGTERM, or until the death is reached."""
    warnings.simplefilter("error")
    logging.basicConfig(level=logging.WARNING)
    asyncio.run(_work(url, lease, concurrency, death=death, parent=parent))


async def _work(url: str, lease: float, concurrency: int, *, death: Death, parent: Connection) -> None:
    settings = Settings(database_url=url, lease_seconds=lease, rescue_seconds=0.1, concurrency=concurrency)
    make_store = dying_store(f"worker:{os.getpid()}", timedelta(seconds=lease), death)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with open_engine(settings, make_store=make_store) as engine:
        engine.worker = f"worker:{os.getpid()}"
        effect = Effect(url, reach=death.reach)
        await engine.register(effect)
        parent.send("open")
        await asyncio.to_thread(parent.recv)
        async with engine.working():
            await stop.wait()
        await effect.close()
