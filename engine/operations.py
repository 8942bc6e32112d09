"""What a process that stays does beside its work: sends alerts, prunes, and watches its own event loop.

Any number of processes may do all of it at once. Composes; decides nothing.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from engine.alerts import Alerts, AlertSender, AlertWatch
from engine.app import Engine
from engine.loop_lag import LoopLag
from engine.metrics import Metric, measure
from engine.pruner import DailyPruner
from engine.webhooks import Poster


class Operations:
    """What operators ask a process that stays. Get it from ``operating``."""

    def __init__(self, engine: Engine, lag: LoopLag) -> None:
        self._engine = engine
        self._lag = lag

    async def metrics(self) -> list[Metric]:
        """Return the metrics of the database, and this process's own."""
        return await measure(self._engine.database, event_loop_lag=self._lag.worst)


@asynccontextmanager
async def operating(engine: Engine) -> AsyncIterator[Operations]:
    """Run the services of a process that stays until the block ends. Not for a command that runs one instance."""
    lag = LoopLag()
    alerts = alerts_of(engine)
    pruner = DailyPruner(
        engine.database,
        keep=timedelta(days=engine.settings.retention_days),
        keep_audit=timedelta(days=engine.settings.audit_days),
    )
    services = (lag, AlertSender(alerts), AlertWatch(alerts), pruner)
    try:
        for service in services:
            await service.start()
        yield Operations(engine, lag)
    finally:
        for service in reversed(services):
            await service.stop()


def alerts_of(engine: Engine) -> Alerts:
    """Return the outbox of the engine's database."""
    poster = Poster(allow_private=engine.settings.allow_private_addresses)
    return Alerts(engine.database, poster, secrets=engine.settings.home / "secrets")
