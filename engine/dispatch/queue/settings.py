"""Which broker, and which of its queues a step goes to: its runner's where that has one, else that of its priority."""

from collections.abc import Mapping
from dataclasses import dataclass, field

HIGH, NORMAL, LOW = "high", "normal", "low"

QUEUE_NAME = r"^[a-z][a-z0-9_-]{0,62}$"


class UnknownQueue(RuntimeError):
    """A queue that no step goes to."""


@dataclass(frozen=True, slots=True)
class QueueSettings:
    """Where messages go.

    Attributes:
        url: of the broker: ``amqp://`` (RabbitMQ), ``redis://`` or ``sqs://``.
        prefix: what the names of this database's queues begin with. Databases that share a broker need one each.
        routes: the queue of a runner whose steps need workers of their own, such as machines with a GPU.
        window: at most so many messages wait in all queues together; what is ready beyond that waits in its row.
    """

    url: str
    prefix: str = "batchdag"
    routes: Mapping[str, str] = field(default_factory=dict)
    window: int = 2000

    @property
    def is_amqp(self) -> bool:
        return self.url.startswith("amqp")

    @property
    def known(self) -> list[str]:
        """All queues, by the names that the broker knows."""
        return [self.full_name(name) for name in dict.fromkeys((HIGH, NORMAL, LOW, *self.routes.values()))]

    def full_name(self, name: str) -> str:
        return f"{self.prefix}.{name}"

    def queue_of(self, *, priority: int, runner: str | None) -> str:
        """Return the queue that a step of this priority and runner goes to."""
        if runner is not None and runner in self.routes:
            return self.full_name(self.routes[runner])
        return self.full_name(HIGH if priority > 0 else LOW if priority < 0 else NORMAL)

    def consumed(self, names: tuple[str, ...]) -> list[str]:
        """Return the queues that a worker takes from; without names it is those of the priorities.

        Raises:
            UnknownQueue: no step goes to a queue of that name.
        """
        chosen = [self.full_name(name) for name in names or (HIGH, NORMAL, LOW)]
        for name, full in zip(names, chosen, strict=False):
            if full not in self.known:
                known = ", ".join(queue.removeprefix(f"{self.prefix}.") for queue in self.known)
                raise UnknownQueue(
                    f"no step goes to the queue {name!r}: there are {known};"
                    " BATCHDAG_QUEUE_ROUTES gives the steps of a runner a queue of their own"
                )
        return chosen
