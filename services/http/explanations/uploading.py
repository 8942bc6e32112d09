"""What becomes of an upload: good lines are saved, bad ones reported; or, where it is to be strict, all or nothing."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from services.http.explanations.questions import Known, Question, check_entry
from services.http.explanations.reading import Entry, Read, Reading
from services.http.explanations.receiving import Received
from services.http.explanations.refusals import UploadRefused
from services.http.explanations.shapes import CheckOut, LineProblem, UploadOut
from services.http.explanations.store import OpenSet, Sets
from services.http.problems import Wrong

_MOST_SHOWN = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How an upload is to be taken; ``key`` is its Idempotency-Key."""

    set_id: str
    strict: bool
    keeps_formulas: bool
    key: str | None


@dataclass(slots=True)
class Tally:
    """What became of the lines so far."""

    saved: int = 0
    duplicates: int = 0
    refused: int = 0
    duplicate_lines: list[int] = field(default_factory=list)
    problems: list[LineProblem] = field(default_factory=list)

    @property
    def received(self) -> int:
        return self.saved + self.duplicates + self.refused

    def refuse(self, problems: list[LineProblem]) -> None:
        self.refused += 1
        self.problems += problems[: _MOST_SHOWN - len(self.problems)]

    def take(self, lines: list[int], *, new: set[int]) -> None:
        doubled = [line for line in lines if line not in new]
        self.saved += len(new)
        self.duplicates += len(doubled)
        self.duplicate_lines += doubled[: _MOST_SHOWN - len(self.duplicate_lines)]


async def upload(sets: Sets, received: Received, wanted: Wanted) -> UploadOut:
    """Save the questions and see to their explanations, in one transaction.

    Raises:
        UploadRefused: nothing was saved, because nothing could be, or because it was to be all or nothing.
    """
    async with sets.uploading(wanted.set_id) as opened:
        if wanted.key is not None and (earlier := await opened.earlier(wanted.key)) is not None:
            return _replayed(*earlier, digest=received.digest)
        reading = Reading(received)
        tally = await _save_all(opened, reading, wanted)
        _refuse_useless(tally, strict=wanted.strict)
        answer = await _answer(opened, reading, tally, wanted)
        if wanted.key is not None:
            await opened.keep(answer.model_dump(mode="json"), key=wanted.key, digest=received.digest)
        return answer


async def check(sets: Sets, received: Received, wanted: Wanted) -> CheckOut:
    """Say what would become of an upload. Nothing is saved.

    Raises:
        UploadRefused: nothing of it could be.
    """
    async with sets.trying(wanted.set_id) as opened:
        reading = Reading(received)
        tally = await _save_all(opened, reading, wanted)
        _refuse_useless(tally, strict=False)
        return CheckOut(
            set_id=wanted.set_id,
            received=tally.received,
            good=tally.saved,
            duplicates=tally.duplicates,
            duplicate_lines=tally.duplicate_lines,
            refused=tally.refused,
            problems=tally.problems,
            encoding=received.encoding,
            ignored_columns=sorted(reading.ignored),
        )


def _replayed(earlier: str, answer: dict[str, object], *, digest: str) -> UploadOut:
    if earlier != digest:
        raise Wrong("Idempotency-Key", "was used for another upload to this set; use a new one")
    return UploadOut.model_validate(answer | {"is_replay": True})


async def _save_all(opened: OpenSet, reading: Reading, wanted: Wanted) -> Tally:
    known = await opened.known()
    tally = Tally()
    async with aclosing(_batches(reading, known, wanted)) as batches:
        async for batch in batches:
            for problems in batch.bad:
                tally.refuse(problems)
            if batch.rows and not (wanted.strict and tally.refused):
                new = await opened.save(batch.rows)
                tally.take([row["line"] for row in batch.rows], new=new)
    return tally


@dataclass(frozen=True, slots=True)
class _Batch:
    """Some entries: the rows that can be saved, and what is wrong with each of the others."""

    rows: list[dict[str, Any]]
    bad: list[list[LineProblem]]


async def _batches(reading: Reading, known: Known, wanted: Wanted) -> AsyncGenerator[_Batch, None]:
    """Yield batch after batch; while one is saved, a thread reads the next.

    Parsing is work: in a thread, it does not hold up what other callers ask for.
    """
    batches = (_sorted(batch, known, wanted) for batch in reading.batches())
    coming = asyncio.create_task(asyncio.to_thread(next, batches, None))
    try:
        while batch := await coming:
            coming = asyncio.create_task(asyncio.to_thread(next, batches, None))
            yield batch
    finally:
        # The file is closed after this: the thread must have let go of it.
        await asyncio.gather(coming, return_exceptions=True)


def _sorted(batch: list[Read], known: Known, wanted: Wanted) -> _Batch:
    rows: list[dict[str, Any]] = []
    bad: list[list[LineProblem]] = []
    for read in batch:
        match _checked(read, known, wanted):
            case Question() as question:
                rows.append(question.row(read.line))
            case problems:
                bad.append(problems)
    return _Batch(rows, bad)


def _checked(read: Read, known: Known, wanted: Wanted) -> Question | list[LineProblem]:
    if isinstance(read, Entry):
        return check_entry(read, known=known, keeps_formulas=wanted.keeps_formulas)
    return [read]


def _refuse_useless(tally: Tally, *, strict: bool) -> None:
    if strict and tally.refused:
        raise UploadRefused(
            f"{tally.refused} line(s) are not right, so none was saved", lines=tally.problems,
            hint="Correct them, or leave ?strict=true out to save the others.",
        )  # fmt: skip
    if tally.received == 0:
        raise UploadRefused("there is no question in it")
    if tally.refused == tally.received:
        raise UploadRefused(f"none of {tally.received} line(s) can be saved", lines=tally.problems)


async def _answer(opened: OpenSet, reading: Reading, tally: Tally, wanted: Wanted) -> UploadOut:
    status = await opened.status()
    if status.pending:
        await opened.explain()
    return UploadOut(
        set_id=wanted.set_id,
        queue_status=status,
        background_jobs=await opened.jobs(),
        received=tally.received,
        saved=tally.saved,
        duplicates=tally.duplicates,
        duplicate_lines=tally.duplicate_lines,
        refused=tally.refused,
        problems=tally.problems,
        encoding=reading.received.encoding,
        ignored_columns=sorted(reading.ignored),
    )
