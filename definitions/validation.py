"""Is this row a definition? Every problem is found in one pass and named by its JSON path.

Decides from the row and the params schemas of the registered runners alone. What exists in a database (tables, columns,
rights) is not known here; SQL is only looked at from outside.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from definitions.cron import check_cron, check_timezone
from definitions.declared import ParamNames, declared_params
from definitions.errors import DefinitionError, Problem, did_you_mean
from definitions.limits import check_limits
from definitions.marks import Place
from definitions.models import Definition
from definitions.references import check_texts
from definitions.schemas import StepParams, apply_defaults, check_params, check_schema
from definitions.shape import check_shape
from definitions.wiring import RawStep, Wiring, raw_steps

__all__ = ["apply_defaults", "check", "check_params", "load"]

MAX_PROBLEMS = 100
Runners = Mapping[str, Mapping[str, Any]]
"""The JSON Schema of the params of each registered runner, by name."""


def check(row: Mapping[str, Any], *, runners: Runners) -> list[Problem]:
    """Return what is wrong with a row of ``batch_definition``, at most 100: shapes, then wiring, then texts."""
    return _check(row, runners, ParamNames(declared_params(row.get("params_schema"))))


def load(row: Mapping[str, Any], *, runners: Runners) -> Definition:
    """Return the definition of a row, which need not declare each param that it reads: a version that runs goes on.

    Raises:
        DefinitionError: it is none; ``problems`` has everything that is wrong with it.
    """
    if problems := _check(row, runners, ParamNames(None)):
        name = row.get("name")
        raise DefinitionError(problems, name=name[:63] if isinstance(name, str) else None)
    return Definition.model_validate(row)


def _check(row: Mapping[str, Any], runners: Runners, names: ParamNames) -> list[Problem]:
    if too_large := check_limits(row):
        return too_large
    found = list(dict.fromkeys(islice(_problems(row, runners, names), MAX_PROBLEMS + 1)))
    if len(found) > MAX_PROBLEMS:
        found[MAX_PROBLEMS:] = [Problem("definition", f"has more than {MAX_PROBLEMS} problems; these are the first")]
    return found


def _problems(row: Mapping[str, Any], runners: Runners, names: ParamNames) -> Iterator[Problem]:
    yield from check_shape(row)
    yield from _columns(row)
    steps = raw_steps(row)
    wiring = Wiring(steps)
    yield from wiring.problems()
    known = {name: StepParams(schema) for name, schema in runners.items()}
    for step in steps:
        yield from _step(step, wiring, known, names)
    yield from names.problems()


def _columns(row: Mapping[str, Any]) -> Iterator[Problem]:
    cron, timezone = row.get("cron"), row.get("timezone")
    if isinstance(cron, str) and (problem := check_cron(cron)):
        yield Problem("cron", problem)
    if isinstance(timezone, str) and (problem := check_timezone(timezone)):
        yield Problem("timezone", problem)
    yield from check_schema(row.get("params_schema"), path="params_schema")


def _step(step: RawStep, wiring: Wiring, runners: Mapping[str, StepParams], names: ParamNames) -> Iterator[Problem]:
    name = step.raw.get("runner") or step.key
    runner = runners.get(name) if isinstance(name, str) else None
    if isinstance(name, str) and runner is None:
        yield _unknown_runner(step, name, sorted(runners))
    params = step.raw.get("params", {})
    if runner is not None and isinstance(params, dict):
        yield from runner.problems(params, path=f"steps[{step.index}].params")
    yield from check_texts(step, wiring, runner.place if runner else Place.root({}), names=names)


def _unknown_runner(step: RawStep, name: str, known: Sequence[str]) -> Problem:
    hint = did_you_mean(name, known) or f"; registered: {', '.join(known) or 'none'}"
    if step.raw.get("runner"):
        return Problem(f"steps[{step.index}].runner", f'unknown runner "{name[:63]}"{hint}')
    return Problem(f"steps[{step.index}].key", f'names no runner and "{name[:63]}" is no registered one{hint}')
