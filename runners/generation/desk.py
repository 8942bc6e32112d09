"""What it takes to follow a job: transactions that are ours alone, the providers, the archive, and the step's items."""

from dataclasses import dataclass

from runners.generation.archive import Archive
from runners.generation.items import StepItems
from runners.generation.ledger import Transact
from runners.generation.rows import JobRow
from runners.providers.registry import Providers


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One follower's means. ``items`` None: nobody waits for the answers, they only fill the cache."""

    transact: Transact
    providers: Providers
    archive: Archive
    items: StepItems | None = None

    def items_of(self, job: JobRow) -> StepItems | None:
        """Return the items that a job's answers are for; None where they have been built anew since."""
        if self.items is None or self.items.step_id != job.step_id or self.items.build != job.build:
            return None
        return self.items
