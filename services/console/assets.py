"""Reads the built console once: its page and its assets, each with its type, its ETag and its compressed form.

Decides what there is to be served, and how long a browser may keep it. Knows nothing of what is in the files.
"""

import gzip
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

BUILT = Path(__file__).with_name("dist")
"""Where ``make console`` puts what it builds, in a checkout as in a wheel."""

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
_PACKED = frozenset({".png", ".webp", ".woff2"})
"""What is compressed already."""

_HASHED = re.compile(r".+-[\w-]{8}\.\w+")
"""A name that holds a hash of the content, as Vite writes it: another content has another name."""
_FOR_GOOD = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
_NEVER = "no-store"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent.

    Attributes:
        path: the path in its address.
        etag: a weak one, for both forms alike.
        packed: compressed by gzip; None where that saves nothing.
    """

    path: str
    media_type: str
    cache_control: str
    etag: str
    body: bytes
    packed: bytes | None


def read_assets(folder: Path) -> tuple[Asset, ...]:
    """Return the page and every asset of a built console; nothing if it was never built."""
    page = folder / "index.html"
    if not page.is_file():
        return ()
    files = sorted(file for file in (folder / "assets").glob("*") if file.is_file())
    return (_read(page, path="/", cached=_NEVER), *(_asset(file) for file in files))


def _asset(file: Path) -> Asset:
    cached = _FOR_GOOD if _HASHED.fullmatch(file.name) else _ASK_AGAIN
    return _read(file, path=f"/assets/{file.name}", cached=cached)


def _read(file: Path, *, path: str, cached: str) -> Asset:
    body = file.read_bytes()
    return Asset(
        path=path,
        media_type=_TYPES.get(file.suffix, "application/octet-stream"),
        cache_control=cached,
        etag=f'W/"{hashlib.sha256(body).hexdigest()[:32]}"',
        body=body,
        packed=None if file.suffix in _PACKED else _packed(body),
    )


def _packed(body: bytes) -> bytes | None:
    packed = gzip.compress(body, mtime=0)
    return packed if len(packed) < len(body) else None
