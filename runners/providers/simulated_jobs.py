"""The jobs of the simulated provider as files: ``<key>.jsonl`` is what is asked, ``<key>.json`` that it was submitted.

Decides how a job stands at a moment. Each file appears whole or not at all, so a killed process leaves nothing to mend.
"""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from runners.providers.base import Job, JobState

ID_PREFIX = "simulated-"
_STAGED = ".jsonl"
_RECORD = ".json"


class SimulatedJob(BaseModel):
    """What is known of a job; the rest follows from the time."""

    model_config = ConfigDict(frozen=True)

    key: str
    model: str
    staged: str
    requests: int
    created_at: datetime
    duration: timedelta
    cancelled_at: datetime | None = None

    def done(self, now: datetime) -> int:
        """Return how many requests are answered; they are answered at an even pace."""
        end = self.created_at + self.duration
        until = min(self.cancelled_at or now, now)
        if until >= end:
            return self.requests
        return int(self.requests * max(until - self.created_at, timedelta()) / self.duration)

    def seen(self, now: datetime) -> Job:
        """Return the job as a provider shows it."""
        done = self.done(now)
        state = self._state(done, now)
        return Job(
            id=f"{ID_PREFIX}{self.key}",
            key=self.key,
            state=state,
            created_at=self.created_at,
            status=state,
            raw={"simulated": True, **self.model_dump(mode="json")},
            outputs=() if state is JobState.RUNNING else (self.key,),
            done=done,
        )

    def _state(self, done: int, now: datetime) -> JobState:
        if self.cancelled_at is not None and done < self.requests:
            return JobState.CANCELLED
        return JobState.COMPLETED if now >= self.created_at + self.duration else JobState.RUNNING


class JobFolder:
    """The files. Everything here blocks, and raises ``OSError`` as the file system does."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def stage(self, path: Path, *, key: str, at: datetime) -> int:
        """Keep a copy of the file under the key, unless there is one; return the size of what is kept."""
        target = self._folder / f"{key}{_STAGED}"
        if not target.exists():
            with self._created(target) as part:
                shutil.copyfile(path, part)
                os.utime(part, (at.timestamp(), at.timestamp()))
        return target.stat().st_size

    def count(self, staged: str) -> int:
        """Return how many lines are staged."""
        with (self._folder / f"{staged}{_STAGED}").open("rb") as lines:
            return sum(1 for _ in lines)

    def add(self, job: SimulatedJob) -> None:
        """Record a job, unless one is recorded under its key."""
        with self._created(self._record(job.key)) as part:
            part.write_text(job.model_dump_json())

    def change(self, job: SimulatedJob) -> None:
        """Record a job anew."""
        part = self._part(job.key)
        part.write_text(job.model_dump_json())
        part.replace(self._record(job.key))

    def find(self, key: str) -> SimulatedJob | None:
        """Return the job recorded under the key."""
        try:
            return SimulatedJob.model_validate_json(self._record(key).read_bytes())
        except FileNotFoundError:
            return None

    def lines(self, staged: str, *, offset: int, count: int) -> tuple[list[bytes], int]:
        """Return so many of the staged lines from a byte on, and the byte after them."""
        with (self._folder / f"{staged}{_STAGED}").open("rb") as opened:
            opened.seek(offset)
            lines = list(islice(opened, count))
        return lines, offset + sum(map(len, lines))

    def sweep(self, *, prefix: str, before: datetime) -> int:
        """Delete what belongs to keys that begin so and is older; return how many staged files that were."""
        old = [path for path in self._listed(prefix) if path.stat().st_mtime < before.timestamp()]
        for path in old:
            path.unlink(missing_ok=True)
            if path.suffix == _STAGED:
                path.with_suffix(_RECORD).unlink(missing_ok=True)
        return sum(path.suffix == _STAGED for path in old)

    def _listed(self, prefix: str) -> list[Path]:
        """Return staged files, and parts that a killed process has left."""
        if not self._folder.exists():
            return []
        kept = (path for path in self._folder.iterdir() if path.suffix in (_STAGED, ".part"))
        return [path for path in kept if path.name.startswith(prefix)]

    def _record(self, key: str) -> Path:
        return self._folder / f"{key}{_RECORD}"

    def _part(self, key: str) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder / f"{key}.{uuid.uuid4().hex}.part"

    @contextmanager
    def _created(self, target: Path) -> Iterator[Path]:
        """Hand out a file to write that becomes the target when it is whole; a target that exists stays as it is."""
        part = self._part(target.stem)
        try:
            yield part
            with suppress(FileExistsError):  # another process was first, with the same content
                os.link(part, target)
        finally:
            part.unlink(missing_ok=True)


def now() -> datetime:
    """Return the time by the clock of this machine."""
    return datetime.now(UTC)
