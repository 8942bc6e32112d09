"""Runners for tests: they do what their params say, and count what they have done in a table of the test's database."""

import asyncio
from datetime import timedelta

from pydantic import Field

from definitions.models import ErrorClass
from runners.base import Column, Failed, NewItem, Outcome, Params, Snoozed, StepRequest, Succeeded, item_summary


class Noop:
    """Succeeds at once."""

    name = "noop"
    version = "1"
    description = "Does nothing."

    class Params(Params):
        seconds: float = 0
        fail_times: int = 0
        error_class: ErrorClass = ErrorClass.TRANSIENT
        snooze_times: int = 0
        result: dict[str, object] = Field(default_factory=dict)
        items: int = 0

    def __init__(self) -> None:
        self.runs: list[tuple[int, str, int]] = []
        self.calls: dict[tuple[int, str], int] = {}

    async def run(self, request: StepRequest) -> Outcome:
        params = request.params
        shard = request.shard.index if request.shard else 0
        key = (request.instance_id, f"{request.step_key}/{shard}" if shard else request.step_key)
        self.calls[key] = calls = self.calls.get(key, 0) + 1
        self.runs.append((*key, request.attempt))
        if params.seconds:
            await asyncio.sleep(params.seconds)
        if calls <= params.snooze_times:
            return Snoozed(timedelta(milliseconds=10), "not yet")
        if calls - params.snooze_times <= params.fail_times:
            return Failed(f"failure {calls}", params.error_class)
        if params.items:
            await request.output.start_over()
            await request.output.write([NewItem({"n": n}) for n in range(params.items)])
            return Succeeded(item_summary(request.output, [Column("n", "bigint")]))
        return Succeeded(params.result)

    def of(self, instance_id: int) -> list[str]:
        """The keys of the steps that ran, in order."""
        return [key for instance, key, _ in self.runs if instance == instance_id]
