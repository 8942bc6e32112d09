"""HTTP(S) POST to an address that an operator's row names: guarded, signed, bounded in time, and never redirected.

Decides what one post looks like (the headers of standardwebhooks.com, so that their libraries verify it) and whether it
was taken. Knows nothing of events, nor of what happens after a refusal.
"""

import asyncio
import base64
import hashlib
import hmac
import http.client
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from runners.fetch import Fetcher, Resolver, Target, resolve

TIMEOUT = timedelta(seconds=10)
_READ_TIMEOUT = 5.0
_PREFIX = "whsec_"


@dataclass(frozen=True, slots=True)
class Message:
    """What is posted: the same id, and the same body, at every try."""

    message_id: str
    body: bytes
    timestamp: int
    """Seconds since 1970 of this try, by the database's clock."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a post."""

    is_taken: bool
    said: str


class Poster:
    """Posts to web addresses; which of them may be reached is decided as for what definitions fetch."""

    def __init__(
        self,
        *,
        allow_private: bool,
        resolver: Resolver = resolve,
        tls: ssl.SSLContext | None = None,
        within: timedelta = TIMEOUT,
    ) -> None:
        self._tls = tls or ssl.create_default_context()
        self._within = within.total_seconds()
        self._guard = Fetcher(allow_private=allow_private, max_bytes=0, resolver=resolver, tls=self._tls)

    async def post(self, url: str, message: Message, *, secret: str | None) -> Answer:
        """Post once, and wait no longer than ``within``.

        Raises:
            RunnerError: the address may not be reached, or is none.
            OSError, HTTPException: it cannot be reached, or breaks off.
            ValueError: the secret is no key.
        """
        try:
            async with asyncio.timeout(self._within):
                target = await asyncio.to_thread(self._guard.check, url)
                post = _Post(target, headers(message, secret=secret), message.body, tls=self._tls)
                return await _sent(post)
        except TimeoutError:
            return Answer(is_taken=False, said=f"no answer within {self._within:g} s")


class _Post:
    """One request in a thread of its own; ``abort`` ends it from any other."""

    def __init__(self, target: Target, headed: Mapping[str, str], body: bytes, *, tls: ssl.SSLContext) -> None:
        self._target = target
        self._headers = headed
        self._body = body
        self._tls = tls
        self._socket: socket.socket | None = None
        self._aborted = False

    def send(self) -> Answer:
        target = self._target
        connection = http.client.HTTPConnection(target.host, target.port, timeout=_READ_TIMEOUT)
        try:
            # The socket is given, to a checked address; the host name is only for the Host header.
            connection.sock = self._connected()
            connection.request("POST", target.path, body=self._body, headers=dict(self._headers))
            response = connection.getresponse()
            return Answer(200 <= response.status < 300, _said(response.status, response.reason))
        finally:
            connection.close()

    def abort(self) -> None:
        self._aborted = True
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def _connected(self) -> socket.socket:
        plain = self._socket = self._reached()
        if self._target.scheme == "http":
            return plain
        try:
            self._socket = self._tls.wrap_socket(plain, server_hostname=self._target.host)
            return self._socket
        except BaseException:
            plain.close()
            raise

    def _reached(self) -> socket.socket:
        refusal = OSError("it has no address")
        for address in self._target.addresses:
            if self._aborted:
                break
            try:
                return socket.create_connection((address, self._target.port), timeout=_READ_TIMEOUT)
            except OSError as error:
                refusal = error
        raise refusal


async def _sent(post: _Post) -> Answer:
    try:
        return await asyncio.to_thread(post.send)
    finally:
        post.abort()


def headers(message: Message, *, secret: str | None) -> dict[str, str]:
    """Return the headers of a post; with a secret, a signature of the id, the time and the body is among them."""
    known = {
        "Content-Type": "application/json",
        "User-Agent": "batchdag",
        "Connection": "close",
        "Idempotency-Key": message.message_id,
        "webhook-id": message.message_id,
        "webhook-timestamp": str(message.timestamp),
    }
    if secret is not None:
        known["webhook-signature"] = signature(message, secret=secret)
    return known


def signature(message: Message, *, secret: str) -> str:
    """Return ``v1,<base64>``: HMAC-SHA256 over ``id.timestamp.body``, as standardwebhooks.com describes."""
    signed = f"{message.message_id}.{message.timestamp}.".encode() + message.body
    return "v1," + base64.b64encode(hmac.digest(_key(secret), signed, hashlib.sha256)).decode()


def _key(secret: str) -> bytes:
    """Return the key: of ``whsec_<base64>`` what the base64 stands for, of any other text its bytes."""
    if not secret.startswith(_PREFIX):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except ValueError as error:
        raise ValueError("the secret begins with whsec_, and what follows is not base64") from error


def _said(status: int, reason: str) -> str:
    if 300 <= status < 400:
        return f"{status} {reason}: it redirects, which is not followed; give the final address"
    return f"{status} {reason}"
