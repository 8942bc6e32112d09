"""What the params of a step come to: its templates, over the instance's params and the results of earlier steps.

The executor asks before an attempt; people ask at any time, and then a parent that has not ended is no failure.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from definitions.errors import DefinitionError, ExpressionError
from definitions.models import Step
from definitions.templates import has_templates, render_params
from engine.contexts import Contexts, InstanceContext
from engine.database import Database, sql
from runners.base import Json
from runners.registry import Registry


@dataclass(frozen=True, slots=True)
class Resolved:
    """The params of a step with their templates rendered; or why they cannot be."""

    params: Mapping[str, Json] | None
    problem: str | None = None


async def find_values(database: Database, context: InstanceContext, step_key: str) -> dict[str, Json]:
    """Return what the templates of a step may name: of results, those that it does name."""
    results: dict[str, Json] = {}
    if keys := context.graph.references(step_key):
        async with database.transaction() as connection:
            binds = {"instance": context.reads_from, "keys": sorted(keys)}
            cursor = await connection.execute(sql("load_results"), binds)
            results = {key: payload for _, key, payload in await cursor.fetchall()}
    return context.values(results)


def resolve(step: Step, values: Mapping[str, Json], *, registry: Registry) -> Mapping[str, Json]:
    """Return the params with their templates rendered; what is rendered for each item is left alone.

    Raises:
        ExpressionError: a template fails; the message has its JSON path.
    """
    if not has_templates(step.params):
        return step.params
    return render_params(step.params, values=values, schema=registry.schemas()[step.runner_name])


@dataclass(frozen=True, slots=True)
class Resolver:
    """Says what the params of the steps of any instance come to."""

    database: Database
    contexts: Contexts
    registry: Registry

    async def params_of(self, instance_id: int, step_key: str, *, version: int) -> Resolved:
        """Return what the params of a step come to now. A shard's own values are not known here."""
        try:
            context = await self.contexts.get(instance_id, version)
            step = context.graph.steps.get(step_key)
            if step is None:
                return Resolved(None, f"version {version} has no step {step_key!r}")
            if step.runner_name not in self.registry.schemas():
                return Resolved(None, f"the runner {step.runner_name!r} is not registered in this process")
            values = await find_values(self.database, context, step_key)
            return Resolved(resolve(step, values, registry=self.registry))
        except (DefinitionError, ExpressionError) as error:
            return Resolved(None, str(error))
