"""Runs one attempt: builds what the runner is handed, waits for its outcome, and settles it.

Knows runners and templates; knows nothing of the graph's progress. Whatever goes wrong becomes an outcome.
"""

import asyncio
import logging
import random
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import psycopg
from pydantic import ValidationError

from definitions.errors import DefinitionError, ExpressionError
from definitions.models import ErrorClass, Step
from engine.claims import Claim
from engine.contexts import Contexts, InstanceContext
from engine.database import Database
from engine.handed import StepHandle
from engine.inputs import InputResolver, shard_input
from engine.join import join
from engine.logs import log_about
from engine.output import ItemOutput
from engine.planner import StepState
from engine.resolving import find_values, resolve
from engine.settle import Again, Finish, Settlement, cancelled, settle
from engine.tracing import NO_TRACES, Traces
from runners.base import (
    AnalystSql,
    Failed,
    Json,
    LostLease,
    Outcome,
    RunnerError,
    RunnerSettings,
    Shard,
    StepRequest,
    Succeeded,
)
from runners.invalid import problems_in
from runners.registry import Registry, UnknownRunner

log = logging.getLogger("batchdag")


class Executor:
    """Executes claims for one worker."""

    def __init__(
        self,
        database: Database,
        contexts: Contexts,
        registry: Registry,
        *,
        worker: str,
        reader: AnalystSql,
        settings: RunnerSettings,
        draw: Callable[[], float] = random.random,
        traces: Traces = NO_TRACES,
    ) -> None:
        self._database = database
        self._contexts = contexts
        self._registry = registry
        self._worker = worker
        self._reader = reader
        self._settings = settings
        self._draw = draw
        self._traces = traces
        self._cancelling: set[tuple[int, int]] = set()

    async def execute(self, claim: Claim) -> Settlement | None:
        """Run one attempt to its settlement; None when the lease was lost and nothing may be said about it."""
        if claim.cancel_requested:
            return cancelled("cancelled on request, before it began again")
        try:
            context = await self._contexts.get(claim.instance_id, claim.version)
        except (DefinitionError, LookupError) as error:
            return Finish(StepState.FAILED, reason="invalid", error=str(error))
        except psycopg.Error as error:
            return Again(timedelta(seconds=1), "retrying: the instance could not be read", error=str(error))
        with log_about(_about(claim, context)), self._traces.attempt(claim, definition=context.definition) as span:
            settlement = await self._settled(claim, context)
            if settlement is not None:
                span.settled(settlement)
        return settlement

    def request_cancel(self, claim: Claim) -> None:
        """Remember that the cancellation that follows is one that people asked for."""
        self._cancelling.add((claim.step_id, claim.attempt))

    def cancelled(self, claim: Claim) -> Settlement | None:
        """Return the settlement of an attempt whose task was cancelled; None unless people asked for it."""
        asked = (claim.step_id, claim.attempt) in self._cancelling
        self._cancelling.discard((claim.step_id, claim.attempt))
        return cancelled("cancelled on request") if asked else None

    async def _settled(self, claim: Claim, context: InstanceContext) -> Settlement | None:
        step = context.graph.steps[claim.step_key]
        try:
            outcome = await self._outcome(claim, context, step)
        except LostLease:
            return None
        settlement = settle(outcome, retry=step.retry, failures=claim.failures, draw=self._draw())
        self._log(claim, context, settlement)
        return settlement

    async def _outcome(self, claim: Claim, context: InstanceContext, step: Step) -> Outcome:
        try:
            async with asyncio.timeout(step.timeout_seconds):
                return await self._run(claim, context, step)
        except LostLease:
            raise
        except asyncio.CancelledError:
            if _is_stopped():
                raise
            # Of a task that the runner itself has cancelled. Unreported, the attempt would be adopted again and again.
            return Failed("the runner was cancelled, and nobody asked for that", ErrorClass.UNEXPECTED)
        except Exception as error:  # noqa: BLE001  (a runner may raise anything; it becomes an outcome)
            return _failure(error, step)

    async def _run(self, claim: Claim, context: InstanceContext, step: Step) -> Outcome:
        if context.rehearsal is not None and not self._registry.rehearses(step.runner_name):
            return _left_out(step)
        if step.parallel is not None and claim.shard == 0:
            return await join(self._database, claim, step)
        runner = self._registry.get(step.runner_name)
        values = await self._values(claim, context, step)
        params = resolve(step, values, registry=self._registry)
        request = self._request(claim, context, values=values, params=runner.Params.model_validate(params))
        return await runner.run(request)

    async def _values(self, claim: Claim, context: InstanceContext, step: Step) -> Mapping[str, Json]:
        values = await find_values(self._database, context, step.key)
        if claim.shard:
            values["shard"] = {"index": claim.shard, "values": (claim.shard_input or {}).get("values")}
        return values

    def _request(
        self, claim: Claim, context: InstanceContext, *, values: Mapping[str, Json], params: Any
    ) -> StepRequest:
        fence = claim.fence(self._worker)
        inputs = InputResolver(
            self._database,
            context.graph,
            instance_id=context.reads_from,
            step_key=claim.step_key,
            shard=shard_input(claim.shard_input),
        )
        handle = StepHandle(self._database, fence, inputs)
        return StepRequest(
            instance_id=claim.instance_id,
            definition=context.definition,
            step_id=claim.step_id,
            step_key=claim.step_key,
            attempt=claim.attempt,
            params=params,
            values=values,
            shard=_shard(claim),
            sql=self._reader,
            output=ItemOutput(self._database, fence, handle),
            settings=self._settings,
            handed=handle,
            rehearsal=context.rehearsal,
        )

    def _log(self, claim: Claim, context: InstanceContext, settlement: Settlement) -> None:
        state = settlement.state if isinstance(settlement, Finish) else settlement.reason
        level = logging.WARNING if state == StepState.FAILED else logging.INFO
        if log.isEnabledFor(level):
            fields = {"state": str(state), "error": settlement.error}
            log.log(level, "step.settled", extra=_about(claim, context) | fields)


def _about(claim: Claim, context: InstanceContext) -> dict[str, Json]:
    return {
        "instance_id": claim.instance_id,
        "definition": context.definition,
        "step": claim.step_key,
        "shard": claim.shard,
        "attempt": claim.attempt,
    }


def _left_out(step: Step) -> Succeeded:
    """The outcome, in a rehearsal, of a step whose runner takes no part: what it would make is not known."""
    return Succeeded({"items": 0, "failed": 0, "columns": [], "left_out": step.runner_name})


def _failure(error: Exception, step: Step) -> Failed:
    """Say what kind of failure an exception is; one that nobody foresaw is logged with its traceback."""
    match error:
        case RunnerError():
            return Failed(str(error), error.error_class)
        case ExpressionError() | ValidationError():
            return Failed(f"the params of step {step.key!r} cannot be used: {_said(error)}", ErrorClass.INVALID)
        case TimeoutError():
            why = f"the attempt took longer than timeoutSeconds ({step.timeout_seconds:g} s), or a call in it timed out"
            return Failed(f"{why}: {error}" if str(error) else why, ErrorClass.TIMEOUT)
        case UnknownRunner():
            return Failed(str(error), ErrorClass.TRANSIENT)
        case OSError() | psycopg.OperationalError():
            return Failed(_describe(error), ErrorClass.TRANSIENT)
        case _:
            log.error("step.unexpected_error", exc_info=error, extra={"step": step.key})
            return Failed(_describe(error), ErrorClass.UNEXPECTED)


def _is_stopped() -> bool:
    """Say whether somebody wants this attempt to end: a cancel, a lost lease, a process that stops."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _said(error: ExpressionError | ValidationError) -> str:
    return "; ".join(map(str, problems_in(error, path="params"))) if isinstance(error, ValidationError) else str(error)


def _shard(claim: Claim) -> Shard | None:
    if not claim.shard:
        return None
    values = (claim.shard_input or {}).get("values")
    return Shard(claim.shard, None if values is None else tuple(values))


def _describe(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
