"""Objects by bucket and name, with generations and checksums; and what a condition on a write means."""

import base64
import hashlib
import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import google_crc32c

from services.emulator.clock import Clock, rfc3339
from services.emulator.errors import ApiError
from services.emulator.spool import BLOCK, Blob


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredObject:
    bucket: str
    name: str
    blob: Blob
    generation: int
    content_type: str
    metadata: Mapping[str, str]
    crc32c: str
    md5: str
    created_at: float
    shown_at: float
    """From when on it is there for readers."""


class Buckets:
    """Every object. Reading and hashing blocks: call ``put`` in a thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._generations = itertools.count(int(clock.now() * 1_000_000))
        self._objects: dict[tuple[str, str], StoredObject] = {}

    def put(
        self,
        bucket: str,
        name: str,
        *,
        blob: Blob,
        content_type: str | None = None,
        metadata: Mapping[str, str] | None = None,
        only_if: int | None = None,
        late: float = 0.0,
    ) -> StoredObject:
        """Write an object; ``only_if`` is the generation it must have now, 0 for none. ``late``: it is shown later.

        Raises:
            ApiError: it has another.
        """
        crc32c, md5 = _checksums(blob)
        self.check(bucket, name, only_if=only_if)
        stored = StoredObject(
            bucket=bucket,
            name=name,
            blob=blob,
            generation=next(self._generations),
            content_type=content_type or "application/octet-stream",
            metadata=dict(metadata or {}),
            crc32c=crc32c,
            md5=md5,
            created_at=self._clock.now(),
            shown_at=self._clock.now() + late,
        )
        self._objects[bucket, name] = stored
        return stored

    def check(self, bucket: str, name: str, *, only_if: int | None) -> None:
        """Refuse a write whose condition does not hold.

        Raises:
            ApiError: it does not.
        """
        stored = self._objects.get((bucket, name))
        if only_if is not None and only_if != (stored.generation if stored else 0):
            said = "At least one of the pre-conditions you specified did not hold."
            raise ApiError(412, said, code="conditionNotMet")

    def get(self, bucket: str, name: str) -> StoredObject:
        """Return an object.

        Raises:
            ApiError: there is none.
        """
        stored = self._objects.get((bucket, name))
        if stored is None or stored.shown_at > self._clock.now():
            raise ApiError(404, f"No such object: {bucket}/{name}", code="notFound")
        return stored

    def find(self, bucket: str, name: str) -> StoredObject | None:
        return self._objects.get((bucket, name))

    def delete(self, bucket: str, name: str) -> None:
        self.get(bucket, name).blob.path.unlink(missing_ok=True)
        del self._objects[bucket, name]

    def listed(self, bucket: str, *, prefix: str) -> list[StoredObject]:
        """Return the bucket's objects whose names begin so, by name."""
        # Threads that work batches add objects meanwhile, so the copy comes first.
        known = [o for o in list(self._objects.values()) if o.shown_at <= self._clock.now()]
        found = [o for o in known if o.bucket == bucket and o.name.startswith(prefix)]
        return sorted(found, key=lambda stored: stored.name)

    def clear(self) -> None:
        self._objects = {}


def shown(stored: StoredObject, *, base: str) -> dict[str, Any]:
    """Write an object's description as the API shows it; ``base`` is the server's address with ``/gcs``."""
    at = rfc3339(stored.created_at)
    return {
        "kind": "storage#object",
        "id": f"{stored.bucket}/{stored.name}/{stored.generation}",
        "selfLink": f"{base}/storage/v1/b/{stored.bucket}/o/{stored.name.replace('/', '%2F')}",
        "name": stored.name,
        "bucket": stored.bucket,
        "generation": str(stored.generation),
        "metageneration": "1",
        "contentType": stored.content_type,
        "storageClass": "STANDARD",
        "size": str(stored.blob.size),
        "md5Hash": stored.md5,
        "crc32c": stored.crc32c,
        "etag": f"{stored.generation}",
        "metadata": dict(stored.metadata),
        "timeCreated": at,
        "updated": at,
    }


def _checksums(blob: Blob) -> tuple[str, str]:
    crc32c, md5 = 0, hashlib.md5(usedforsecurity=False)
    with blob.path.open("rb") as file:
        while block := file.read(BLOCK):
            crc32c = google_crc32c.extend(crc32c, block)
            md5.update(block)
    return base64.b64encode(crc32c.to_bytes(4, "big")).decode(), base64.b64encode(md5.digest()).decode()
