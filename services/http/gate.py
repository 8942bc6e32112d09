"""The gate in front of every route, HTTP and WebSocket alike: which host, from which page, who, and how much.

It comes before anything of a request's body is read. Which role a route needs, the route says (``roles``).
"""

from collections.abc import Collection, Mapping, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.http.guests import Guests
from services.http.limits import BodyLimits
from services.http.problems import problem

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


class Gate:
    """Lets through what comes for an allowed host, from no foreign page, with a token, and not too large.

    ``open_paths`` need no token. They are compared whole.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        guests: Guests,
        hosts: Collection[str],
        origins: Collection[str],
        open_paths: Collection[str],
        limits: BodyLimits,
    ) -> None:
        self._app = app
        self._guests = guests
        self._hosts = frozenset(host.lower() for host in hosts)
        self._origins = frozenset(origins)
        self._open_paths = frozenset(open_paths)
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refusal = await self._refusal(scope)
        if refusal is not None:
            await _refuse(refusal, scope, receive, _with_headers(send))
            return
        await self._app(scope, self._limited(scope, receive), _with_headers(send))

    async def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if _hostname(headers.get("host", "")) not in self._hosts:
            hint = "Name the host with --allow-host, or BATCHDAG_HTTP_ALLOWED_HOSTS."
            return problem(421, f"the host {headers.get('host', '')[:200]!r} is not served here", hint=hint)
        if not self._is_from_here(scope, headers):
            return problem(403, "the request comes from a page of another site")
        length = headers.get("content-length", "")
        largest = self._limits.of(scope)
        if length.isdigit() and int(length[:20]) > largest:
            return problem(413, f"the body is larger than {largest} bytes")
        return await self._unknown(scope, headers)

    def _is_from_here(self, scope: Scope, headers: Headers) -> bool:
        """A foreign page may neither change anything nor open a socket; a browser that signs in says where it is."""
        if scope["type"] == "http" and scope["method"] in _SAFE_METHODS:
            return True
        origin = headers.get("origin")
        if origin is None:
            return "cookie" not in headers or "authorization" in headers
        return origin in self._origins or _place(origin) == headers.get("host", "").lower()

    async def _unknown(self, scope: Scope, headers: Headers) -> Response | None:
        if scope["type"] == "http" and scope["path"] in self._open_paths:
            return None
        caller = await self._guests.caller(headers)
        if caller is None:
            hint = "Send `Authorization: Bearer <token>`; `batchdag token create --role viewer` makes one."
            return problem(401, "there is no valid token", headers={"WWW-Authenticate": "Bearer"}, hint=hint)
        _state(scope)["caller"] = caller
        return None

    def _limited(self, scope: Scope, receive: Receive) -> Receive:
        """Count what comes without a length, or with a wrong one."""
        if scope["type"] != "http":
            return receive
        largest, taken = self._limits.of(scope), 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > largest:
                raise HTTPException(413, detail=f"the body is larger than {largest} bytes")
            return message

        return counted


def _state(scope: Scope) -> MutableMapping[str, Any]:
    state: MutableMapping[str, Any] = scope.setdefault("state", {})
    return state


async def _refuse(refusal: Response, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http" or "websocket.http.response" in scope.get("extensions", {}):
        await refusal(scope, receive, send)
    else:
        await send({"type": "websocket.close", "code": 1008})


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*_added(message["headers"]), *message["headers"]]
        await send(message)

    return sending


def _added(given: Collection[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    names = {name.lower() for name, _ in given}
    return [pair for pair in _encoded(_HEADERS) if pair[0] not in names]


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers.items()]


def _hostname(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""


def _place(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""
