"""Finds the caller of a request: by the token in its header, or the session in its cookie. Remembers for a moment."""

import time
from collections import OrderedDict
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers

from engine.access import Access, Caller, Kind

COOKIE = "batchdag_session"
_MOST = 1_000


class Guests:
    """Who calls; what the database said of a secret is good for ``remembered`` seconds, and so is a revoked token."""

    def __init__(self, access: Access, *, remembered: float) -> None:
        self._access = access
        self._remembered = remembered
        self._known: OrderedDict[tuple[Kind, str], tuple[float, Caller]] = OrderedDict()

    async def caller(self, headers: Headers) -> Caller | None:
        """Return who calls, or None. A header that is there is believed, or refused; the cookie is not asked then."""
        authorization = headers.get("authorization")
        if authorization is not None:
            scheme, _, secret = authorization.partition(" ")
            return await self._find(Kind.TOKEN, secret.strip()) if scheme.lower() == "bearer" else None
        session = session_in(headers)
        return None if session is None else await self._find(Kind.SESSION, session)

    def forget(self) -> None:
        """Ask the database about everybody again."""
        self._known.clear()

    async def _find(self, kind: Kind, secret: str) -> Caller | None:
        now = time.monotonic()
        remembered = self._known.get((kind, secret))
        if remembered is not None and remembered[0] > now:
            return remembered[1]
        self._known.pop((kind, secret), None)
        caller = await self._access.caller(secret, kind=kind)
        if caller is not None:
            self._known[kind, secret] = (now + self._remembered, caller)
            while len(self._known) > _MOST:
                self._known.popitem(last=False)
        return caller


def session_in(headers: Headers) -> str | None:
    """Return the secret in the session's cookie."""
    try:
        morsel = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return None
    return None if morsel is None else morsel.value
