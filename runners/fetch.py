"""HTTP(S) GET for addresses that analysts write: never into the networks that only this machine can reach.

Decides which addresses may be fetched. Each host is resolved once, every address it has is checked, and the connection
goes to a checked address, so a second answer of the name server changes nothing. Redirects are followed by hand with
the same check. Proxies of the environment are not used: they would resolve the name again.
"""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import quote, urljoin, urlsplit

from runners.base import BadData, InvalidStep, RunnerError, TransientFailure

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver: TypeAlias = Callable[[str, int], Sequence[str]]

_MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_BUSY = frozenset({408, 425, 429})
_PORTS = {"http": 80, "https": 443}
_BLOCK = 1 << 20

# What is_global calls global although it leads inside: NAT64, 6to4 and Teredo carry an IPv4 address, and Azure's
# metadata service has a public one.
_NEVER = tuple(
    ipaddress.ip_network(network)
    for network in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::ffff:0:0/96", "168.63.129.16/32")
)
# What "private addresses" opens. Link-local is not among it, nor AWS's metadata address inside fc00::/7.
_PRIVATE = tuple(
    ipaddress.ip_network(network)
    for network in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")
)
_METADATA = ipaddress.ip_address("fd00:ec2::254")


class BlockedAddress(InvalidStep):
    """The URL leads where definitions may not fetch from."""


def resolve(host: str, port: int) -> Sequence[str]:
    """Ask the system for the addresses of a host; it understands every spelling of a number, too."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True)
class Target:
    """A URL taken apart, and the checked addresses of its host."""

    url: str
    scheme: str
    host: str
    port: int
    path: str
    addresses: tuple[str, ...]


class Fetcher:
    """Fetches one URL, blocking its thread; ``abort`` may be called from any other."""

    def __init__(
        self,
        *,
        allow_private: bool = False,
        max_bytes: int,
        timeout_seconds: float = 30.0,
        resolver: Resolver = resolve,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._allow_private = allow_private
        self._max_bytes = max_bytes
        self._timeout = timeout_seconds
        self._resolve = resolver
        self._tls = tls or ssl.create_default_context()
        self._open: socket.socket | None = None

    def abort(self) -> None:
        """Break off the fetch: the thread that is in it gets an error at once."""
        if self._open is not None:
            with suppress(OSError):
                self._open.shutdown(socket.SHUT_RDWR)

    def blocks(self, url: str) -> Generator[bytes, None, None]:
        """Yield the body in blocks, as they arrive.

        Raises:
            InvalidStep: the URL is refused, or the server refuses it.
            TransientFailure: the server cannot be reached, is busy or breaks off.
            BadData: the body is larger than allowed.
        """
        with _translated(url):
            connection, response = self._follow(url)
            try:
                yield from self._body(url, response)
            finally:
                response.close()
                connection.close()

    def _follow(self, url: str) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
        for _ in range(_MAX_REDIRECTS + 1):
            target = self.check(url)
            connection, response = self._get(target)
            if response.status not in _REDIRECTS:
                _expect_ok(target, response, connection)
                return connection, response
            location = response.headers.get("Location")
            connection.close()
            url = _redirected(target, location)
        raise InvalidStep(f"{shown(url)} redirects more than {_MAX_REDIRECTS} times; give the final address")

    def check(self, url: str) -> Target:
        """Take a URL apart, resolve its host and check every address.

        Raises:
            BlockedAddress: it may not be fetched.
        """
        scheme, host, port, path = _parts(url)
        if port != _PORTS[scheme] and not self._allow_private:
            raise BlockedAddress(f"{shown(url)} is on port {port}; only 80 for http and 443 for https may be fetched")
        addresses = tuple(self._resolve(host, port))
        for address in addresses:
            self._check_address(address, url, host)
        if not addresses:
            raise TransientFailure(f"the host {host!r} of {shown(url)} has no address")
        return Target(url, scheme, host, port, path, addresses)

    def _check_address(self, text: str, url: str, host: str) -> None:
        if not is_allowed(ipaddress.ip_address(text), private=self._allow_private):
            raise BlockedAddress(
                f"{shown(url)} may not be fetched: {host!r} is the internal address {text}. An operator can allow "
                "loopback and private networks with BATCHDAG_ALLOW_PRIVATE_ADDRESSES=true; link-local never"
            )

    def _get(self, target: Target) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
        connection = self._connection(target)
        try:
            # The socket is given, to a checked address; the host name is only for the Host header.
            connection.sock = self._open = self._socket(target)
            headers = {"Accept-Encoding": "identity", "User-Agent": "batchdag", "Connection": "close"}
            connection.request("GET", target.path, headers=headers)
            return connection, connection.getresponse()
        except BaseException:
            connection.close()
            raise

    def _connection(self, target: Target) -> http.client.HTTPConnection:
        if target.scheme == "https":
            return http.client.HTTPSConnection(target.host, target.port, timeout=self._timeout, context=self._tls)
        return http.client.HTTPConnection(target.host, target.port, timeout=self._timeout)

    def _socket(self, target: Target) -> socket.socket:
        plain = self._connect(target)
        if target.scheme == "http":
            return plain
        try:
            return self._tls.wrap_socket(plain, server_hostname=target.host)
        except BaseException:
            plain.close()
            raise

    def _connect(self, target: Target) -> socket.socket:
        failures = []
        for address in target.addresses:
            try:
                return socket.create_connection((address, target.port), timeout=self._timeout)
            except OSError as error:
                failures.append(f"{address}: {error}")
        raise TransientFailure(f"{shown(target.url)} cannot be reached: {'; '.join(failures)}")

    def _body(self, url: str, response: http.client.HTTPResponse) -> Iterator[bytes]:
        """Yield what arrives, as it arrives: one slow read never lasts longer than the timeout."""
        promised, received = response.length, 0
        self._check_size(url, promised or 0)
        while block := response.read1(_BLOCK):
            received += len(block)
            self._check_size(url, received)
            yield block
        if promised is not None and received < promised:
            raise TransientFailure(f"{shown(url)} broke off after {received:,} of {promised:,} bytes")

    def _check_size(self, url: str, size: int) -> None:
        if size > self._max_bytes:
            raise BadData(
                f"{shown(url)} is larger than the {self._max_bytes:,} bytes that one step may read; "
                "an operator can raise BATCHDAG_MAX_BYTES"
            )


def is_allowed(address: Address, *, private: bool) -> bool:
    """Say whether an address may be connected to; ``private`` opens loopback and private networks, nothing else."""
    if any(address in network for network in _NEVER) or address.is_multicast:
        return False
    if private and address != _METADATA and any(address in network for network in _PRIVATE):
        return True
    return address.is_global and not address.is_reserved


def shown(url: str) -> str:
    """Return a URL as people may see it: without its query, which may hold a signature, and without user names."""
    head, separator, rest = url.split("?", 1)[0].split("#", 1)[0].partition("://")
    host, slash, path = rest.partition("/")
    return head + separator + host.rpartition("@")[2] + slash + path


def _parts(url: str) -> tuple[str, str, int, str]:
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").encode("idna" if not (parts.hostname or "").isascii() else "ascii").decode()
    except ValueError as error:
        raise InvalidStep(f"{shown(url)!r} is no URL: {error}") from error
    if parts.scheme not in _PORTS or not host:
        raise InvalidStep(f"{shown(url)!r} is no http or https URL with a host")
    if parts.username is not None or parts.password is not None:
        raise BlockedAddress(f"{shown(url)} holds a user name or password; URLs with credentials are not fetched")
    path = quote(parts.path or "/", safe="/%:=&~+!$,;'()*@[]")
    query = quote(parts.query, safe="/%:=&~+!$,;'()*@[]?")
    return parts.scheme, host, port or _PORTS[parts.scheme], path + (f"?{query}" if query else "")


def _redirected(target: Target, location: str | None) -> str:
    if location is None:
        raise InvalidStep(f"{shown(target.url)} redirects to nowhere: it sends no Location")
    url = urljoin(target.url, location)
    if target.scheme == "https" and urlsplit(url).scheme == "http":
        raise BlockedAddress(f"{shown(target.url)} redirects from https to {shown(url)}, which anybody could forge")
    return url


def _expect_ok(target: Target, response: http.client.HTTPResponse, connection: http.client.HTTPConnection) -> None:
    if response.status == 200:
        return
    connection.close()
    response.close()
    what = f"{shown(target.url)} answered {response.status} {response.reason}"
    if response.status in _BUSY or response.status >= 500:
        raise TransientFailure(what)
    raise InvalidStep(f"{what}; check the address, and that it needs no login")


@contextmanager
def _translated(url: str) -> Iterator[None]:
    try:
        yield
    except RunnerError:
        raise
    except ssl.SSLCertVerificationError as error:
        raise InvalidStep(f"{shown(url)} has a certificate that does not verify: {error.verify_message}") from error
    except UnicodeError as error:
        raise InvalidStep(f"{shown(url)} has a host that is no name: {error}") from error
    except (OSError, http.client.HTTPException) as error:
        raise TransientFailure(f"{shown(url)} cannot be fetched: {type(error).__name__}: {error}") from error
