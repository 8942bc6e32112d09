"""Working a job's lines, once its end is due: which lines, in which order, into which file.

It does not know what a line means: the job's API reads and writes lines through a ``Dialect``.
"""

import json
import math
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any, Protocol

from runners.providers.base import Usage
from services.emulator.faults import FaultOrder
from services.emulator.jobs import Ended, Ending, Job, Phase
from services.emulator.spool import Blob, Spool, blob

_as_json = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True, slots=True)
class Worked:
    """One line of output."""

    line: bytes
    failed: bool = False
    usage: Usage = field(default_factory=Usage)


class Dialect(Protocol):
    """How one API writes the output of its jobs."""

    separates_errors: bool
    """Whether failed lines go into a file of their own."""
    keeps_order: bool

    def work(self, job: Job, line: bytes, *, billed: bool) -> Worked:
        """Answer one line of input."""
        ...

    def failed(self, line: bytes) -> Worked:
        """Return what is written for a line that the service could not answer."""
        ...

    def unfinished(self, line: bytes, *, phase: Phase) -> Worked | None:
        """Return what is written for a line that the job's early end left undone; None for nothing."""
        ...

    def publish(self, job: Job, blob: Blob, *, are_errors: bool) -> str:
        """Give an output file an id."""
        ...


@dataclass(slots=True)
class _Sums:
    succeeded: int = 0
    failed: int = 0
    input_tokens: int = 0
    output_tokens: int = 0

    def add(self, worked: Worked) -> None:
        self.failed += worked.failed
        self.succeeded += not worked.failed
        self.input_tokens += worked.usage.input_tokens
        self.output_tokens += worked.usage.output_tokens


def json_line(value: Mapping[str, Any]) -> bytes:
    """Write a value as one line of JSON."""
    return _as_json(value).encode(errors="replace") + b"\n"


def work(job: Job, ending: Ending, *, dialect: Dialect, spool: Spool) -> Ended:
    """Work the lines that are done by the job's end and publish its files. Blocks: call it in a thread."""
    if ending.phase is Phase.FAILED:
        return Ended(phase=Phase.FAILED, at=ending.at)
    sums = _Sums()
    with ExitStack() as files:
        good_path, good = files.enter_context(spool.writing())
        bad_path, bad = files.enter_context(spool.writing()) if dialect.separates_errors else (good_path, good)
        for worked in _worked(job, ending, dialect=dialect):
            (bad if worked.failed else good).write(worked.line)
            sums.add(worked)
    job.input.unlink()
    return Ended(
        phase=ending.phase,
        at=ending.at,
        succeeded=sums.succeeded,
        failed=sums.failed,
        usage=Usage(sums.input_tokens, sums.output_tokens),
        output=_published(job, good_path, dialect=dialect, are_errors=False),
        errors=_published(job, bad_path, dialect=dialect, are_errors=True) if dialect.separates_errors else None,
    )


def _worked(job: Job, ending: Ending, *, dialect: Dialect) -> Iterator[Worked]:
    """Yield the output lines; a doubled one twice, though it is billed once."""
    order = _order(job, dialect)
    finished, rest = order[: ending.lines], order[ending.lines :]
    missing = _chosen(finished, job.plan.shape.missing)
    doubled = _chosen(finished, job.plan.shape.doubled)
    with job.input.open("rb") as file:
        for place, number in enumerate(finished):
            line = _line(file, job, number=number)
            is_last = place == len(finished) - 1
            if number in missing:
                _lose(job, line, dialect=dialect)
                continue
            worked = _answered(job, line, dialect=dialect, is_last=is_last)
            yield worked
            if number in doubled:
                yield worked
        for number in rest:
            undone = dialect.unfinished(_line(file, job, number=number), phase=ending.phase)
            if undone is not None:
                yield undone


def _order(job: Job, dialect: Dialect) -> Sequence[int]:
    shuffled = job.plan.shape.shuffled
    order = list(range(job.lines))
    if shuffled is not None or not dialect.keeps_order:
        random.Random(f"{shuffled.seed if shuffled else 0}/{job.id}").shuffle(order)  # noqa: S311
    return order


def _chosen(numbers: Sequence[int], fault: FaultOrder | None) -> frozenset[int]:
    if fault is None:
        return frozenset()
    how_many = math.ceil(len(numbers) * fault.fraction)
    return frozenset(random.Random(fault.seed).sample(list(numbers), how_many))  # noqa: S311


def _line(file: IO[bytes], job: Job, *, number: int) -> bytes:
    file.seek(job.survey.offsets[number])
    return file.readline()


def _lose(job: Job, line: bytes, *, dialect: Dialect) -> None:
    missing = job.plan.shape.missing
    if missing is not None and missing.billed and not job.plan.only_errors:
        dialect.work(job, line, billed=True)


def _answered(job: Job, line: bytes, *, dialect: Dialect, is_last: bool) -> Worked:
    if job.plan.only_errors:
        return dialect.failed(line)
    truncated = job.plan.shape.truncated
    if truncated is None or not is_last:
        return dialect.work(job, line, billed=True)
    worked = dialect.work(job, line, billed=truncated.billed)
    return replace(worked, line=worked.line[: len(worked.line) // 2])


def _published(job: Job, path: Path, *, dialect: Dialect, are_errors: bool) -> str | None:
    made = blob(path)
    if made.size == 0:
        path.unlink()
        return None
    return dialect.publish(job, made, are_errors=are_errors)
