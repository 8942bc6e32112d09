"""Where Vertex reads and writes: ``gs://`` addresses, and the folder that a job's output gets."""

from dataclasses import dataclass
from typing import Self

from services.emulator.clock import rfc3339
from services.emulator.errors import ApiError
from services.emulator.jobs import Job

SCHEME = "gs://"


@dataclass(frozen=True, slots=True)
class Place:
    """An object, or a prefix of some, in Cloud Storage."""

    bucket: str
    name: str

    @classmethod
    def parse(cls, uri: object) -> Self:
        """Read a ``gs://bucket/name`` address.

        Raises:
            ApiError: it is none.
        """
        if not isinstance(uri, str) or not uri.startswith(SCHEME):
            raise ApiError(400, f"{uri!r} is not a gs:// address")
        bucket, _, name = uri.removeprefix(SCHEME).partition("/")
        return cls(bucket, name)


def output_folder(job: Job) -> str:
    """Return the folder below the prefix that was asked for; it has the job's time in its name."""
    prefix = str(job.request["outputConfig"]["gcsDestination"]["outputUriPrefix"]).rstrip("/")
    return f"{prefix}/prediction-model-{rfc3339(job.created_at)}"
