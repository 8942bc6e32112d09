"""Compresses long answers in JSON for clients that take gzip. Knows nothing of what is in them.

A stream passes as it is, part by part: it is never compressed nor held back. So does what is compressed already.

The length of a compressed answer tells something of what is in it to whoever can have it made over and over with words
of his own beside a secret (BREACH). Here he cannot: a session's cookie is sent from no foreign site, a secret is given
once and only in the answer to a POST, and a problem, which repeats the words of its request, is no answer with data.
So only what was found is compressed, and only for a GET; besides, the answers of ``/graphql``, which gives no secret
and, if it is asked with a cookie, is asked from the API's own pages only.
"""

import asyncio
import gzip

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.negotiation import takes_gzip

_LEAST = 14_000
"""Bytes. What fits into the ten packets that TCP sends before it waits arrives no sooner if it is compressed."""
_LEVEL = 4
"""Of 347 kB in JSON 30 kB are left after 3 ms; the usual 6 saves 2 kB more."""


class Packed:
    """Compresses the answers that are worth it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, _packing(scope, send) if _may_be_packed(scope) else send)


def _may_be_packed(scope: Scope) -> bool:
    return scope["type"] == "http" and (scope["method"] in ("GET", "HEAD") or scope["path"] == "/graphql")


def _packing(scope: Scope, send: Send) -> Send:
    """Hold the head of an answer in JSON back until its body says whether it is worth it; pass all else on."""
    is_taken = takes_gzip(Headers(scope=scope).get("accept-encoding", ""))
    held: Message | None = None

    async def sending(message: Message) -> None:
        nonlocal held
        if message["type"] == "http.response.start" and _is_data(message):
            MutableHeaders(raw=message["headers"]).add_vary_header("Accept-Encoding")
            held = message if is_taken else None
            if is_taken:
                return
        elif held is not None:
            start, held = held, None
            message = await _packed(start, message)
            await send(start)
        await send(message)

    return sending


def _is_data(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    is_json = headers.get("content-type", "").partition(";")[0] == "application/json"
    return start["status"] == 200 and is_json and "content-encoding" not in headers


async def _packed(start: Message, body: Message) -> Message:
    """Return the body compressed, and say so in the head; a short body, or the first part of several, as it is."""
    content = body.get("body", b"")
    if body.get("more_body") or len(content) < _LEAST:
        return body
    packed = await asyncio.to_thread(gzip.compress, content, _LEVEL, mtime=0)
    headers = MutableHeaders(raw=start["headers"])
    headers["Content-Encoding"] = "gzip"
    headers["Content-Length"] = str(len(packed))
    if (etag := headers.get("etag")) is not None and not etag.startswith("W/"):
        headers["ETag"] = f"W/{etag}"  # the same version, but not the same bytes (RFC 9110, 8.8.3.3)
    return {**body, "body": packed}
