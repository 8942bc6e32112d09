"""The ``generate`` runner: one answer of a language model for each item, by batch jobs or live calls.

Decides how to ask: batch, live or flex. The rest is ``runners.generation``.
"""

import time
from collections.abc import Mapping
from typing import ClassVar

from pydantic import BaseModel

from runners.base import InvalidStep, Outcome, StepRequest, Upkeep
from runners.generation.asker import Asker
from runners.generation.beginning import begin
from runners.generation.janitor import Janitor
from runners.generation.params import Choice, GenerateParams
from runners.generation.rehearsing import rehearse
from runners.generation.relation import RelationSource
from runners.generation.work import missing_fields
from runners.providers.registry import Providers

_SWEEP_SECONDS = 3_600


class Generate(Asker):
    """Asks a model for each item."""

    name: ClassVar[str] = "generate"
    version: ClassVar[str] = "1"
    description: ClassVar[str] = "Ask a language model for each item; answers are checked by a JSON Schema."
    Params: ClassVar[type[BaseModel]] = GenerateParams
    rehearses: ClassVar[bool] = True

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        super().__init__(environment)
        self._next_sweep = 0.0

    async def run(self, request: StepRequest) -> Outcome:
        params: GenerateParams = request.params
        providers = self.providers(request.settings.storage)
        source = await RelationSource.of(request)
        missing_fields(params.keep or [], [column.name for column in source.columns])

        def mode_of(choice: Choice, items: int) -> str:
            return _mode(params, choice, items, providers=providers)

        if request.rehearsal is not None:
            return await rehearse(
                request, params, source=source, providers=providers, mode_of=mode_of, into=params.into, keep=params.keep
            )
        course = await begin(
            request, params, source=source, providers=providers, mode_of=mode_of, into=params.into, keep=params.keep
        )
        return await course.run(source.columns)

    async def upkeep(self, upkeep: Upkeep) -> bool:
        """Look after the jobs that ended steps, of any runner, have left in the ledger."""
        janitor = Janitor(upkeep, self.providers(upkeep.settings.storage))
        now = time.monotonic()
        if now >= self._next_sweep:
            self._next_sweep = now + _SWEEP_SECONDS
            await janitor.sweep()
        return await janitor.tidy()


def _mode(params: GenerateParams, choice: Choice, items: int, *, providers: Providers) -> str:
    provider = providers.kind(choice.provider)
    if params.mode == "flex" and not provider.has_flex:
        raise InvalidStep(f"{choice.provider} has no flex mode; use batch or live")
    if params.mode != "auto":
        return params.mode
    minutes = provider.limits.window.total_seconds() / 60
    is_urgent = params.deadline_minutes is not None and params.deadline_minutes < minutes
    return "live" if is_urgent or items < params.live_below else "batch"
