"""The services beside the dispatcher: what starts instances, takes back lost steps, and looks after leftovers."""

import logging
from collections.abc import Callable
from datetime import timedelta

from engine.orchestrator import Orchestrator
from engine.service import Service
from runners.base import Upkeep
from runners.registry import Registry

log = logging.getLogger("batchdag")


class InstanceStarter(Service):
    """Starts pending instances and carries out retries that were asked for in SQL."""

    name = "starter"

    def __init__(self, orchestrator: Orchestrator, *, started: Callable[[], None], every: timedelta) -> None:
        super().__init__(every=every)
        self._orchestrator = orchestrator
        self._started = started

    async def once(self) -> bool:
        count = await self._orchestrator.start() + await self._orchestrator.retry_requested()
        if count:
            self._started()
        return count > 0


class Rescuer(Service):
    """Takes back the steps of workers that are gone. Runs all the time, in every process, on every instance."""

    name = "rescuer"

    def __init__(self, orchestrator: Orchestrator, *, rescued: Callable[[], None], every: timedelta) -> None:
        super().__init__(every=every)
        self._orchestrator = orchestrator
        self._rescued = rescued

    async def once(self) -> bool:
        count = await self._orchestrator.rescue()
        if count:
            self._rescued()
        return count > 0


class Housekeeper(Service):
    """Lets runners look after what ended steps have left, such as jobs at a provider."""

    name = "housekeeper"

    def __init__(self, registry: Registry, upkeep: Upkeep, *, every: timedelta) -> None:
        super().__init__(every=every)
        self._registry = registry
        self._upkeep = upkeep

    async def once(self) -> bool:
        return await self._registry.upkeep(self._upkeep)
