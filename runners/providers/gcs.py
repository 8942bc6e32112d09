"""Objects of ours in a Cloud Storage bucket: each is written once, under a name that is looked up first.

Imports google-cloud-storage (0.3 s), which blocks: every call runs in a thread, once, without the library's retries.
"""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import google_crc32c
import requests
from google.api_core.exceptions import GoogleAPICallError, NotFound, PreconditionFailed
from google.auth.credentials import Credentials
from google.auth.exceptions import GoogleAuthError
from google.cloud import storage
from google.cloud.storage.exceptions import DataCorruption

from runners.providers.base import ProviderError, ProviderGone, ProviderRefused
from runners.providers.google_calls import broken, no_token
from runners.providers.google_status import call_error, retry_after

_P = ParamSpec("_P")
_T = TypeVar("_T")

_NAME = "Cloud Storage"
_ONCE: dict[str, Any] = {"retry": None, "timeout": 60}
_UPLOAD_BLOCK = 8 << 20
_DOWNLOAD_BLOCK = 8 << 20


@dataclass(frozen=True, slots=True)
class Folder:
    """A bucket and the prefix below which everything is ours: ``gs://bucket/prefix``."""

    bucket: str
    prefix: str

    @classmethod
    def of(cls, uri: str) -> "Folder":
        """Read a ``gs://`` address.

        Raises:
            ProviderRefused: it is none.
        """
        bucket, _, prefix = uri.removeprefix("gs://").partition("/")
        if not uri.startswith("gs://") or not bucket:
            raise ProviderRefused(f"{uri!r} is no place in Cloud Storage: write gs://bucket/prefix")
        return cls(bucket, prefix.strip("/"))

    def name(self, path: str) -> str:
        """Return the name of the object at a path below the prefix."""
        return f"{self.prefix}/{path}" if self.prefix else path

    def uri(self, path: str) -> str:
        """Return the address of the object at a path below the prefix."""
        return f"gs://{self.bucket}/{self.name(path)}"


class Objects:
    """The objects of one project."""

    def __init__(self, *, project: str, credentials: Credentials, endpoint: str | None) -> None:
        options = {"api_endpoint": endpoint} if endpoint else None
        self._client = storage.Client(project=project, credentials=credentials, client_options=options)

    async def put(self, path: Path, *, folder: Folder, name: str) -> str:
        """Write a file to an object and return its address; an object that holds the same already is left alone.

        Raises:
            ProviderRefused: there is an object of this name with other content.
        """
        return await _in_thread(self._put, path, folder=folder, name=name)

    async def names(self, *, below: str, suffix: str) -> tuple[str, ...]:
        """Return the addresses of the objects below an address that end like this, in order."""
        return await _in_thread(self._names, Folder.of(below), suffix)

    async def blocks(self, uri: str) -> AsyncIterator[bytes]:
        """Stream an object, one version of it."""
        blob = await _in_thread(self._found, uri)
        for start in range(0, blob.size, _DOWNLOAD_BLOCK):
            yield await _in_thread(_block, blob, start)

    async def delete(self, *, folder: Folder, prefix: str, suffix: str, before: datetime) -> int:
        """Delete the objects of a folder, older than this, whose name below it starts and ends like this."""
        return await _in_thread(self._delete, folder, prefix=prefix, suffix=suffix, before=before)

    async def aclose(self) -> None:
        """Close the connections."""
        await asyncio.to_thread(self._client.close)

    def _put(self, path: Path, *, folder: Folder, name: str) -> str:
        bucket = self._client.bucket(folder.bucket)
        known = bucket.get_blob(folder.name(name), **_ONCE)
        if known is None:
            blob = bucket.blob(folder.name(name), chunk_size=_UPLOAD_BLOCK)
            try:
                blob.upload_from_filename(str(path), content_type="application/jsonl", if_generation_match=0, **_ONCE)
            except PreconditionFailed:  # another process was faster
                known = bucket.get_blob(folder.name(name), **_ONCE)
        if known is not None:
            _check_same(known, path)
        return folder.uri(name)

    def _names(self, folder: Folder, suffix: str) -> tuple[str, ...]:
        blobs = self._client.list_blobs(folder.bucket, prefix=folder.name(""), **_ONCE)
        return tuple(sorted(f"gs://{folder.bucket}/{blob.name}" for blob in blobs if blob.name.endswith(suffix)))

    def _found(self, uri: str) -> storage.Blob:
        place = Folder.of(uri)
        blob = self._client.bucket(place.bucket).get_blob(place.prefix, **_ONCE)
        if blob is None:
            raise ProviderGone(f"there is no object {uri}: it was deleted, or a lifecycle rule of the bucket did it")
        return blob

    def _delete(self, folder: Folder, *, prefix: str, suffix: str, before: datetime) -> int:
        blobs = self._client.list_blobs(folder.bucket, prefix=folder.name(prefix), **_ONCE)
        old = [blob for blob in blobs if blob.name.endswith(suffix) and blob.time_created < before]
        return sum(_deleted(blob) for blob in old)


async def _in_thread(call: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    try:
        return await asyncio.to_thread(call, *args, **kwargs)
    except GoogleAPICallError as error:
        raise _answered(error) from error
    except GoogleAuthError as error:
        raise no_token(_NAME, error) from error
    except (requests.RequestException, DataCorruption, OSError) as error:
        raise broken(_NAME, error) from error


def _answered(error: GoogleAPICallError) -> ProviderError:
    headers = getattr(error.response, "headers", None) or {}
    return call_error(
        provider=_NAME, status=int(error.code or 500), message=error.message, retry_after=retry_after({}, headers)
    )


def _block(blob: storage.Blob, start: int) -> bytes:
    end = start + _DOWNLOAD_BLOCK - 1
    block: bytes = blob.download_as_bytes(
        start=start, end=end, if_generation_match=blob.generation, checksum=None, **_ONCE
    )
    return block


def _deleted(blob: storage.Blob) -> bool:
    try:
        blob.delete(if_generation_match=blob.generation, **_ONCE)
    except NotFound:
        return False
    return True


def _check_same(blob: storage.Blob, path: Path) -> None:
    if (blob.size, blob.crc32c) != (path.stat().st_size, _crc32c(path)):
        raise ProviderRefused(
            f"gs://{blob.bucket.name}/{blob.name} holds something else than this input: its key was used before."
            " Delete that object, or stage under a new key"
        )


def _crc32c(path: Path) -> str:
    checksum = 0
    with path.open("rb") as file:
        while block := file.read(_UPLOAD_BLOCK):
            checksum = google_crc32c.extend(checksum, block)
    return base64.b64encode(checksum.to_bytes(4, "big")).decode()
