"""Where a path leads: a file below the data folder, an object in a bucket, or a web address. Opens the first two.

Decides which files a definition may read. Knows no format; ``runners.fetch`` opens web addresses.
"""

import gzip
import re
import stat
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, cast
from urllib.parse import unquote, urlsplit

import fsspec
from fsspec.utils import infer_compression

from runners.base import InvalidStep, RunnerSettings, TransientFailure
from runners.fetch import shown as shown_url

_SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*)(?=://)|^(file)(?=:)", re.IGNORECASE)
_GZIP = b"\x1f\x8b"
_EXTRAS = {"gs": "gs", "s3": "s3"}


class Kind(StrEnum):
    """What a path is."""

    FILE = "file"
    BUCKET = "bucket"
    WEB = "web"


def kind_of(path: str) -> Kind:
    """Say what a path is.

    Raises:
        InvalidStep: its scheme is none that may be read.
    """
    match _scheme(path):
        case None | "file":
            return Kind.FILE
        case "gs" | "s3":
            return Kind.BUCKET
        case "http" | "https":
            return Kind.WEB
        case other:
            raise InvalidStep(
                f"path: cannot read {other}: (of {shown(path)!r}); known are file, gs, s3, http and https"
            )


def name_of(path: str) -> str:
    """Return the part of a path that has the file name's suffixes."""
    return urlsplit(path).path if kind_of(path) is Kind.WEB else path


def shown(path: str) -> str:
    """Return a path as people may see it: a web address without what may be secret in it."""
    return shown_url(path) if _scheme(path) in ("http", "https") else path


def open_file(path: str, settings: RunnerSettings) -> BinaryIO:
    """Open a local file or an object of a bucket for reading, decompressed by its suffix (``.gz``, ``.bz2``, ``.xz``).

    Raises:
        InvalidStep: it is not there, or not allowed, or a package for it is missing.
    """
    if kind_of(path) is Kind.BUCKET:
        return _open_object(path)
    found = find_file(path, settings)
    return cast("BinaryIO", fsspec.filesystem("file").open(str(found), "rb", compression="infer"))


def find_file(path: str, settings: RunnerSettings) -> Path:
    """Return the real path of a local file below the data folder (the working directory if there is none).

    Raises:
        InvalidStep: it is not there, no regular file, leads out of that folder, or is where secrets are kept.
    """
    root = Path(settings.data_root or ".").resolve()
    try:
        found = (root / _local(path)).resolve(strict=True)
    except (OSError, RuntimeError, ValueError) as error:
        raise InvalidStep(f"path: there is no file {path!r} below {root}: {_reason(error)}") from error
    if not found.is_relative_to(root):
        raise InvalidStep(
            f"path: {path!r} leads out of {root}; put the file below that folder, or set BATCHDAG_DATA_ROOT to another"
        )
    _refuse_secrets(path, found, root=root, private=settings.private)
    if not stat.S_ISREG(found.stat().st_mode):
        raise InvalidStep(f"path: {path!r} is not a regular file")
    return found


def _refuse_secrets(path: str, found: Path, *, root: Path, private: Iterable[str]) -> None:
    """Whoever may edit a definition may read what it collects, but not the tokens and passwords beside the data."""
    names = found.relative_to(root).parts
    parts = [root, *(root.joinpath(*names[: count + 1]) for count in range(len(names)))]
    # Compared as files, for a name may be spelled in two ways where upper and lower case are the same.
    if any(part.samefile(kept) for kept in map(Path, private) if kept.exists() for part in parts):
        raise InvalidStep(
            f"path: {path!r} is batchdag's own: its folder and its settings hold passwords and tokens, which no"
            " definition may read; put the data into another folder"
        )
    if any(name.startswith(".") for name in names):
        raise InvalidStep(
            f"path: {path!r} is hidden (.env and the like often hold secrets), so no definition may read it;"
            " give the file, and its folder, a name that begins with no dot"
        )


def decompressed(file: BinaryIO, *, name: str) -> BinaryIO:
    """Return a downloaded file as its content: by the first bytes where they are gzip's, else by its suffix."""
    start = file.read(len(_GZIP))
    file.seek(0)
    if start == _GZIP:
        return cast("BinaryIO", gzip.GzipFile(fileobj=file))
    compression = infer_compression(name)
    if compression in (None, "gzip"):
        return file
    return cast("BinaryIO", fsspec.compression.compr[compression](file, mode="rb"))


def _scheme(path: str) -> str | None:
    match = _SCHEME.match(path)
    return match[0].lower() if match else None


def _local(path: str) -> str:
    if _scheme(path) != "file":
        return path
    address = urlsplit(path)
    if address.netloc not in ("", "localhost"):
        raise InvalidStep(f"path: {path!r} names the host {address.netloc!r}; write file:///folder/name, three slashes")
    return unquote(address.path)


def _open_object(path: str) -> BinaryIO:
    if "::" in path:
        raise InvalidStep(f"path: {path!r} chains addresses with '::', which is not allowed")
    scheme = path.split(":", 1)[0].lower()
    try:
        filesystem = fsspec.filesystem(scheme)
    except ImportError as error:
        extra = _EXTRAS[scheme]
        raise InvalidStep(f'reading {scheme}:// needs another package: pip install "batchdag[{extra}]"') from error
    try:
        return cast("BinaryIO", filesystem.open(path, "rb", compression="infer"))
    except (FileNotFoundError, PermissionError) as error:
        raise InvalidStep(f"path: {path!r} cannot be read: {_reason(error)}") from error
    except (OSError, TimeoutError) as error:
        raise TransientFailure(f"{path} cannot be read just now: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
