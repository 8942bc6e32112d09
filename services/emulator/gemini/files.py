"""Files of the Gemini API by name: uploaded ones under a name of the caller's, and the outputs of batches."""

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import Any

from services.emulator.clock import Clock, rfc3339
from services.emulator.errors import ApiError
from services.emulator.settings import CurrentSettings
from services.emulator.spool import Blob

NAME = re.compile(r"files/[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class GeminiFile:
    name: str
    display_name: str | None
    mime_type: str
    blob: Blob
    sha256: str
    """As base64."""
    created_at: float
    expires_at: float
    is_generated: bool


class GeminiFiles:
    """Every file by its name (``files/...``), in the order in which they came."""

    def __init__(self, clock: Clock, *, settings: CurrentSettings) -> None:
        self._clock = clock
        self._settings = settings
        self._files: dict[str, GeminiFile] = {}

    def claim(self, name: str | None) -> str:
        """Return the name for a new file: the one that is asked for, or a new one.

        Raises:
            ApiError: the name is taken, or no valid one.
        """
        if name is None:
            return f"files/{secrets.token_hex(6)}"
        if not NAME.fullmatch(name):
            said = "may contain up to 40 lowercase letters, digits and dashes, and cannot begin or end with a dash"
            raise ApiError(400, f"Invalid file name {name!r}: the ID {said}.")
        if self._is_alive(name):
            raise ApiError(409, f"Requested entity already exists: {name}")
        return name

    def add(
        self, name: str, blob: Blob, *, display_name: str | None, mime_type: str, is_generated: bool = False
    ) -> GeminiFile:
        """Add a file. Reads it once for its hash: call it in a thread."""
        now = self._clock.now()
        file = GeminiFile(
            name=name,
            display_name=display_name,
            mime_type=mime_type,
            blob=blob,
            sha256=_sha256(blob),
            created_at=now,
            expires_at=now + self._settings().file_seconds,
            is_generated=is_generated,
        )
        self._files[name] = file
        return file

    def get(self, name: str) -> GeminiFile:
        """Return a file.

        Raises:
            ApiError: there is none, or it has expired. The API says the same for files of others.
        """
        if not self._is_alive(name):
            raise ApiError(403, f"You do not have permission to access the File {name} or it may not exist.")
        return self._files[name]

    def delete(self, name: str) -> None:
        self.get(name).blob.path.unlink(missing_ok=True)
        del self._files[name]

    def listed(self) -> list[GeminiFile]:
        """Return the uploaded files that lists show by now, newest first."""
        visible_until = self._clock.now() - self._settings().list_lag_seconds
        # Threads that work batches add files meanwhile, so the copy comes first.
        files = [f for f in list(self._files.values()) if self._is_alive(f.name) and not f.is_generated]
        return [f for f in reversed(files) if f.created_at <= visible_until]

    def clear(self) -> None:
        self._files = {}

    def _is_alive(self, name: str) -> bool:
        file = self._files.get(name)
        return file is not None and file.expires_at > self._clock.now()


def shown(file: GeminiFile, *, base: str) -> dict[str, Any]:
    """Write a file as the API shows it; ``base`` is the address of the API's version."""
    generated = {"downloadUri": f"{base}/{file.name}:download?alt=media"} if file.is_generated else {}
    named = {"displayName": file.display_name} if file.display_name else {}
    return (
        {
            "name": file.name,
            "mimeType": file.mime_type,
            "sizeBytes": str(file.blob.size),
            "createTime": rfc3339(file.created_at),
            "updateTime": rfc3339(file.created_at),
            "expirationTime": rfc3339(file.expires_at),
            "sha256Hash": file.sha256,
            "uri": f"{base}/{file.name}",
            "state": "ACTIVE",
            "source": "GENERATED" if file.is_generated else "UPLOADED",
        }
        | generated
        | named
    )


def _sha256(blob: Blob) -> str:
    with blob.path.open("rb") as file:
        # The API writes base64 of the hexadecimal digits, not of the digest.
        return base64.b64encode(hashlib.file_digest(file, "sha256").hexdigest().encode()).decode()
