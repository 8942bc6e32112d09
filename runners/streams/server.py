"""Where an embedding server is, and how it may be reached: TLS or not, with which token.

Decides that a token never leaves the machine unencrypted unless the definition says so in so many words. Opens nothing.
"""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from runners.base import InvalidStep
from runners.secret_refs import UnknownSecret, reveal

_ADDRESS = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.-]+):(?P<port>\d{1,5})")

Tls = Literal["auto", "on", "off"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """An embedding server as it is called."""

    address: str
    uses_tls: bool
    token: str | None = None
    authority: bytes | None = None
    """The certificates that are trusted, as PEM; None: those of the system."""
    certificate_name: str | None = None
    """The name in the server's certificate, where it is not the host's."""
    max_message: int = 100 * 2**20

    @property
    def is_local(self) -> bool:
        return is_loopback(self.address)


def reach(
    address: str,
    *,
    token: str | None,
    tls: Tls,
    authority: str | None,
    certificate_name: str | None,
    max_message: int,
    secrets: Path,
    environment: Mapping[str, str],
) -> Server:
    """Return how a server is reached; ``token`` and ``authority`` are references.

    Raises:
        InvalidStep: the address is none, a secret is missing, or the token would travel in the clear.
    """
    if _ADDRESS.fullmatch(address) is None:
        raise InvalidStep(f'address: "{address}" is not an address; write "host:port", such as "localhost:50051"')
    uses_tls = tls == "on" or (tls == "auto" and not is_loopback(address))
    revealed = [_revealed(one, secrets, environment) for one in (token, authority)]
    if revealed[1] is not None and not uses_tls:
        raise InvalidStep(f"ca: {address} is reached without TLS, so no certificate is checked; set tls: on")
    return Server(
        address=address,
        uses_tls=uses_tls,
        token=revealed[0],
        authority=revealed[1].encode() if revealed[1] is not None else None,
        certificate_name=certificate_name,
        max_message=max_message,
    )


def is_loopback(address: str) -> bool:
    """Say whether ``host:port`` can only be this machine."""
    host = address.rpartition(":")[0].strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _revealed(reference: str | None, folder: Path, environment: Mapping[str, str]) -> str | None:
    if reference is None:
        return None
    try:
        return reveal(reference, folder=folder, environment=environment)
    except UnknownSecret as unknown:
        raise InvalidStep(str(unknown)) from unknown
