"""Who the client is where a proxy stands in between. Decides what of the proxy's word is taken: address and scheme.

Of ``X-Forwarded-For`` only the last entry is the proxy's own; those before it are what the client itself may have sent.
Which host was meant, ``Host`` says; no other header is believed about it.
"""

import ipaddress
from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

_SCHEMES = {"http": {"http": "http", "https": "https"}, "websocket": {"http": "ws", "https": "wss"}}


class BehindProxy:
    """Only for a port that nobody but the proxy can reach: whoever does is believed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in _SCHEMES:
            scope = {**scope, **_told(scope)}
        await self._app(scope, receive, send)


def _told(scope: Scope) -> dict[str, Any]:
    """Return what the proxy says, where it says what can be used."""
    headers = Headers(scope=scope)
    address = _address(headers.getlist("x-forwarded-for"))
    scheme = _SCHEMES[scope["type"]].get(headers.get("x-forwarded-proto", "").strip().lower())
    said = {"client": (address, 0) if address else None, "scheme": scheme}
    return {name: value for name, value in said.items() if value is not None}


def _address(forwarded: list[str]) -> str | None:
    """Return the last address, without its port; None: it is none."""
    last = ",".join(forwarded).rpartition(",")[2].strip()
    if last.startswith("["):
        last = last[1:].partition("]")[0]
    elif last.count(":") == 1:
        last = last.partition(":")[0]
    try:
        return str(ipaddress.ip_address(last))
    except ValueError:
        return None
