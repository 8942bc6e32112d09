"""The ``explain`` runner: a background explanation for each question of a user's table, its state kept in the table."""

from typing import ClassVar

from pydantic import BaseModel

from runners.base import InvalidStep, Outcome, StepRequest
from runners.generation.asker import Asker
from runners.generation.beginning import begin
from runners.generation.params import Choice, ExplainParams
from runners.generation.rehearsing import rehearse
from runners.generation.table import open_table


class Explain(Asker):
    """Asks a model to explain each row that waits, and writes state, explanation, time and error into the row."""

    name: ClassVar[str] = "explain"
    version: ClassVar[str] = "1"
    description: ClassVar[str] = "Explain each question of a table, its state kept in the table; live or by batch."
    Params: ClassVar[type[BaseModel]] = ExplainParams
    rehearses: ClassVar[bool] = True

    async def run(self, request: StepRequest) -> Outcome:
        params: ExplainParams = request.params
        if request.shard is not None:
            raise InvalidStep("explain takes its rows from a table, so it cannot be parallel; raise concurrency")
        providers = self.providers(request.settings.storage)
        if params.mode == "flex" and not providers.kind(params.provider).has_flex:
            raise InvalidStep(f"{params.provider} has no flex mode; use batch or live")
        # Who takes failed rows up again wants them asked again, not refused by the answers of the last time.
        renews = "failed" in params.states
        table, source = await open_table(request, params)
        into = params.columns.explanation

        def mode_of(_choice: Choice, _items: int) -> str:
            return params.mode

        if request.rehearsal is not None:
            return await rehearse(
                request, params, source=source, providers=providers, mode_of=mode_of, into=into, renews=renews
            )
        course = await begin(
            request, params, source=source, providers=providers, mode_of=mode_of, into=into, sink=table, renews=renews
        )
        return await course.run(source.columns)
