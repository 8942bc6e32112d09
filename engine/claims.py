"""The values that travel between the store, the worker and the executor."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple, TypeAlias

from engine.handed import Fence
from engine.planner import StepState, Tally
from engine.settle import Again, Finish, Settlement


@dataclass(frozen=True, slots=True)
class Claim:
    """One attempt of one step (or shard) that this worker holds."""

    step_id: int
    instance_id: int
    step_key: str
    shard: int
    attempt: int
    snoozes: int
    failures: int
    shard_input: Any
    version: int
    cancel_requested: bool = False
    """Asked for while an earlier attempt ran, which then wanted to go on later."""

    def fence(self, worker: str) -> Fence:
        return Fence(self.step_id, self.attempt, self.snoozes, worker)


class Message(NamedTuple):
    """What a queue carries of a ready step: which, and for which attempt. The row says everything else."""

    step_id: int
    attempt: int


@dataclass(frozen=True, slots=True)
class AnyDue:
    """Claim so many of the steps that are due, the most urgent first; ``runners``: of these runners, None: of any."""

    room: int
    runners: Collection[str] | None = None


@dataclass(frozen=True, slots=True)
class Released:
    """Claim so many of the steps that the turn itself releases, and no other: nothing else is known to be due."""

    room: int
    runners: Collection[str] | None = None

    def may_run(self, runner: str) -> bool:
        return self.runners is None or runner in self.runners


@dataclass(frozen=True, slots=True, eq=False)
class Named:
    """Claim the steps that these messages name, and no other. Two of the same messages are two."""

    messages: tuple[Message, ...]


Wanted: TypeAlias = AnyDue | Released | Named
"""What a turn claims."""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a claim."""

    claim: Claim
    settlement: Settlement

    @property
    def state(self) -> StepState:
        return self.settlement.state if isinstance(self.settlement, Finish) else StepState.READY

    @property
    def result(self) -> str | None:
        """JSON text, of an attempt that succeeded."""
        return self.settlement.result if isinstance(self.settlement, Finish) else None

    @property
    def delay(self) -> timedelta:
        return self.settlement.delay if isinstance(self.settlement, Again) else timedelta(0)

    @property
    def is_snooze(self) -> bool:
        return isinstance(self.settlement, Again) and self.settlement.is_snooze


@dataclass(frozen=True, slots=True)
class Ended:
    """A step or shard that has just become terminal, as the walk down the graph sees it."""

    instance_id: int
    step_key: str
    shard: int
    state: StepState
    error: str | None = None


@dataclass(slots=True)
class StepRow:
    """A row of ``batch_step`` (shard 0) that a turn decides on."""

    instance_id: int
    step_key: str
    step_id: int
    state: StepState
    reason: str | None
    tally: Tally
    error: str | None = None


@dataclass(slots=True)
class InstanceRow:
    """A row of ``batch_instance`` that a turn holds, with its counters as they will be written."""

    instance_id: int
    status: str
    open_steps: int
    failed_steps: int
    cancel_requested: bool
    version: int
    error: str | None = None
