"""The dispatcher: who carries a ready step to a worker. Everything else is shared by all of them."""

from typing import Protocol


class Dispatcher(Protocol):
    """Carries ready steps to where they run.

    The rows of ``batch_step`` are the truth: a dispatcher that loses a signal delays a step, it never loses one.
    """

    async def start(self) -> None:
        """Begin to carry."""
        ...

    async def stop(self) -> None:
        """Stop carrying; hand back what is not finished."""
        ...

    def wake(self) -> None:
        """There may be ready steps: look now."""
        ...

    def look_at_leases(self) -> None:
        """Somebody may want a running step stopped: look now."""
        ...
