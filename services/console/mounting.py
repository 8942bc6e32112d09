"""Puts the console into the HTTP application: its page at ``/`` and its assets, open to everybody.

They are static code without data. What they show they ask of the API, which answers nobody without a token or a
session.
"""

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from services.console.assets import Asset, read_assets
from services.negotiation import is_known, takes_gzip

log = logging.getLogger("batchdag")

_HEADERS = {
    "content-security-policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
_NOT_BUILT = """\
batchdag serves its HTTP API here. Its console is not part of this installation: it was never built.
In a checkout, `make console` builds it; start `batchdag serve` again after that.
"""


def mount_console(app: FastAPI, folder: Path) -> frozenset[str]:
    """Add what was built into a folder; return the exact paths that need no token."""
    assets = read_assets(folder)
    for asset in assets:
        _add(app, asset.path, _sending(asset))
    if not assets:
        log.info("console.not_built", extra={"build": "make console"})
        _add(app, "/", _say_not_built)
    return frozenset(asset.path for asset in assets) | {"/"}


def _add(app: FastAPI, path: str, send: Callable[[Request], Awaitable[Response]]) -> None:
    app.add_api_route(path, send, methods=["GET", "HEAD"], include_in_schema=False)


async def _say_not_built(_request: Request) -> Response:
    return PlainTextResponse(_NOT_BUILT, status_code=404)


def _sending(asset: Asset) -> Callable[[Request], Awaitable[Response]]:
    async def send(request: Request) -> Response:
        headers = _HEADERS | {"cache-control": asset.cache_control, "etag": asset.etag, "vary": "accept-encoding"}
        if is_known(asset.etag, request.headers.get("if-none-match", "")):
            return Response(status_code=304, headers=headers)
        if asset.packed is None or not takes_gzip(request.headers.get("accept-encoding", "")):
            return Response(asset.body, media_type=asset.media_type, headers=headers)
        packed = headers | {"content-encoding": "gzip"}
        return Response(asset.packed, media_type=asset.media_type, headers=packed)

    return send
