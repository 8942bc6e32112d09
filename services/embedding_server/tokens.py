"""The tokens that open the server, kept in a file: it has no database to keep them in.

A file has one token in a line, so that a new one can be added before the old one is taken out. A line ``sha256:<hex>``
is a token of which the server knows the hash alone. In memory there are hashes only.
"""

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Sequence
from pathlib import Path

_HASHED = re.compile(r"sha256:([0-9a-f]{64})")
_SHORTEST = 16


class Tokens:
    """Knows whether a token is one of ours."""

    def __init__(self, digests: Sequence[bytes]) -> None:
        self._digests = tuple(digests)

    def knows(self, token: str) -> bool:
        """Say whether this is a token. All are compared, so that nothing can be learned from how long it takes."""
        digest = _digest(token)
        return sum(hmac.compare_digest(digest, known) for known in self._digests) > 0


def read_tokens(lines: str, *, where: str) -> Tokens:
    """Read tokens, one in a line; empty lines and those that begin with ``#`` are passed over.

    Raises:
        ValueError: there is none, or one is so short that it can be guessed.
    """
    said = [line.strip() for line in lines.splitlines()]
    digests = [_read(token, where) for token in said if token and not token.startswith("#")]
    if not digests:
        raise ValueError(f"{where} holds no token; delete it, and one is made")
    return Tokens(digests)


def make_token(file: Path) -> str | None:
    """Make a token in a file that only this user can read; None if there is such a file already."""
    file.parent.mkdir(parents=True, exist_ok=True)
    token = f"bde_{secrets.token_urlsafe(32)}"
    try:
        number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return None
    with os.fdopen(number, "w") as opened:
        opened.write(token + "\n")
    return token


def _read(token: str, where: str) -> bytes:
    if match := _HASHED.fullmatch(token):
        return bytes.fromhex(match[1])
    if len(token) < _SHORTEST:
        raise ValueError(f"a token in {where} has {len(token)} characters; give it {_SHORTEST} or more")
    return _digest(token)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()
