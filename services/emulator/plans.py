"""How a new job will go: settings, the faults that are drawn for it, and what is wrong with its input."""

import json
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from services.emulator.faults import FaultKind, FaultOrder, Faults
from services.emulator.jobs import Plan, Problem, Shape, Survey
from services.emulator.settings import EmulatorSettings

BYTES_PER_TOKEN = 4
MOST_PROBLEMS = 20

KeyOf = Callable[[dict[str, object]], str | None]
"""Reads a line's own id, where lines need one that is unique; None for a line without."""


def survey(path: Path, *, key_of: KeyOf | None = None) -> Survey:
    """Read the input once: where its lines are, how many tokens, what is wrong. Blocks: call it in a thread."""
    offsets, problems, seen, size = array("Q"), [], set[str](), 0
    with path.open("rb") as file:
        for line in file:
            if line.strip():
                offsets.append(size)
                if problem := _problem(line, number=len(offsets), key_of=key_of, seen=seen):
                    problems.append(problem)
            size += len(line)
    return Survey(offsets=offsets, tokens=size // BYTES_PER_TOKEN, problems=tuple(problems[:MOST_PROBLEMS]))


def _problem(line: bytes, *, number: int, key_of: KeyOf | None, seen: set[str]) -> Problem | None:
    try:
        request = json.loads(line)
    except ValueError:
        return Problem("invalid_json_line", "This line is not parseable as valid JSON.", number)
    if not isinstance(request, dict):
        return Problem("invalid_json_line", "This line is not a JSON object.", number)
    if key_of is None:
        return None
    key = key_of(request)
    if key is None:
        return Problem("missing_required_parameter", "Missing required parameter: 'custom_id'.", number)
    if key in seen:
        return Problem("duplicate_custom_id", f"The custom_id {key!r} was used by an earlier line.", number)
    seen.add(key)
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What a job meets: the tokens of the model's other jobs, and how many lines the API takes in one."""

    enqueued_tokens: int
    max_lines: int


def _over_limit(survey: Survey, *, settings: EmulatorSettings, load: Load) -> Problem | None:
    lines, most_lines, most_tokens = (
        len(survey.offsets),
        settings.max_lines or load.max_lines,
        settings.max_enqueued_tokens,
    )
    if lines == 0:
        return Problem("empty_file", "The input file holds no requests.")
    if lines > most_lines:
        return Problem("too_many_tasks", f"The input file holds {lines} requests; the limit is {most_lines}.")
    if most_tokens and survey.tokens + load.enqueued_tokens > most_tokens:
        said = f"Enqueued token limit reached: limit {most_tokens}, enqueued {load.enqueued_tokens}."
        return Problem("token_limit_exceeded", said)
    return None


class Planner:
    """Decides what becomes of new jobs."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    def plan(self, survey: Survey, *, route: str, settings: EmulatorSettings, load: Load) -> Plan:
        """Decide how a job will go."""
        expired = self._draw(FaultKind.EXPIRED, route)
        word = self._draw(FaultKind.UNKNOWN_STATUS, route)
        late = self._draw(FaultKind.LATE_IN_LISTS, route)
        output = self._draw(FaultKind.LATE_OUTPUT, route)
        return Plan(
            validating=settings.validating_seconds,
            working=settings.batch_seconds,
            cancelling=settings.cancelling_seconds,
            window=settings.window_seconds,
            hidden=late.seconds if late else settings.list_lag_seconds,
            output_late=output.seconds if output else 0.0,
            is_stuck=self._draw(FaultKind.STUCK, route) is not None,
            expires_at_part=expired.fraction if expired else None,
            only_errors=self._draw(FaultKind.ONLY_ERRORS, route) is not None,
            word=word.word if word else None,
            problems=self._problems(survey, route=route, settings=settings, load=load),
            shape=self._shape(route),
        )

    def _problems(self, survey: Survey, *, route: str, settings: EmulatorSettings, load: Load) -> tuple[Problem, ...]:
        if failed := self._draw(FaultKind.FAILED, route):
            return (Problem(failed.code, failed.message),)
        over = _over_limit(survey, settings=settings, load=load)
        return (over,) if over else survey.problems

    def _shape(self, route: str) -> Shape:
        return Shape(
            shuffled=self._draw(FaultKind.SHUFFLED, route),
            missing=self._draw(FaultKind.MISSING, route),
            doubled=self._draw(FaultKind.DOUBLED, route),
            truncated=self._draw(FaultKind.TRUNCATED, route),
        )

    def _draw(self, kind: FaultKind, route: str) -> FaultOrder | None:
        return self._faults.draw({kind}, route=route)
