"""Keeps the leases of what runs in this process; passes on cancels; finds what is ours without our knowing."""

from datetime import timedelta

from engine.dispatch.attempts import Attempts
from engine.orchestrator import Orchestrator
from engine.service import Service


class LeaseKeeper(Service):
    """Renews every third of a lease, and at once when somebody may have asked for a cancel."""

    name = "dispatch.leases"

    def __init__(self, attempts: Attempts, orchestrator: Orchestrator, *, every: timedelta) -> None:
        super().__init__(every=every)
        self._attempts = attempts
        self._orchestrator = orchestrator
        self._unknown: set[int] = set()

    async def once(self) -> bool:
        claims = self._attempts.held()
        held = await self._orchestrator.renew(claims) if claims else {}
        current = {claim.step_id: claim for claim in self._attempts.held()}
        for claim in claims:
            if current.get(claim.step_id) is not claim:
                continue  # it has ended; if its step was claimed again meanwhile, nothing was said of that attempt
            if claim.step_id not in held:
                self._attempts.abandon(claim.step_id)
            elif held[claim.step_id]:
                self._attempts.cancel(claim.step_id)
        await self._adopt()
        return False

    async def _adopt(self) -> None:
        """Adopt what two looks in a row have found: one look may see a claim whose answer is on its way."""
        held = [claim.step_id for claim in self._attempts.held()]
        found = await self._orchestrator.adopt(held)
        self._attempts.adopt([claim for claim in found if claim.step_id in self._unknown])
        self._unknown = {claim.step_id for claim in found}
