"""What a call passes on its way to a handler and back: authentication, faults of calls, errors in the API's shape."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import Route

from services.emulator.errors import ApiError
from services.emulator.faults import AFTER_A_CALL, BEFORE_A_CALL, ON_DOWNLOADS, FaultKind, FaultOrder, Faults

Handler = Callable[[Request], Awaitable[Response]]

DOWNLOADS = (".content", ".download")
"""How the names of routes end that answer with a file."""


@dataclass(frozen=True, slots=True)
class Api:
    """How one API checks callers and shows errors."""

    authenticate: Callable[[Request], None]
    """Raises ``ApiError`` for a caller without a key."""
    render: Callable[[ApiError], Response]


class Breaks(Protocol):
    """Breaks the connection of a request."""

    async def drop(self, request: Request) -> None: ...


class Gate:
    """Lets calls through. ``calls`` counts what came in, by the route's name."""

    def __init__(self, *, faults: Faults, connections: Breaks) -> None:
        self.calls: Counter[str] = Counter()
        self._faults = faults
        self._connections = connections

    async def pass_on(self, request: Request, handler: Handler, *, name: str, api: Api) -> Response:
        """Answer a request through its handler; ``name`` is what faults and counts know the route by."""
        self.calls[name] += 1
        try:
            api.authenticate(request)
            if await self._broke_before(name, request):
                return Response()
            response = await handler(request)
        except ApiError as error:
            return api.render(error)
        return await self._after(name, response, request=request)

    async def _broke_before(self, name: str, request: Request) -> bool:
        fault = self._faults.draw(_kinds(name, BEFORE_A_CALL), route=name)
        if fault is None:
            return False
        match fault.kind:
            case FaultKind.DROP_BEFORE:
                await self._connections.drop(request)
                return True
            case FaultKind.SLOW:
                await asyncio.sleep(fault.seconds)
                return False
            case _:
                raise _refusal(fault)

    async def _after(self, name: str, response: Response, *, request: Request) -> Response:
        fault = self._faults.draw(_kinds(name, AFTER_A_CALL), route=name)
        if fault is None:
            return response
        if fault.kind is FaultKind.DROP_AFTER:
            await self._connections.drop(request)
            return Response()
        return self._cut(response, fault.fraction, request=request)

    def _cut(self, response: Response, fraction: float, *, request: Request) -> Response:
        if not isinstance(response, FileResponse):
            return response

        async def beginning() -> AsyncIterator[bytes]:
            content = await asyncio.to_thread(Path(response.path).read_bytes)
            yield content[: int(len(content) * fraction)]
            await self._connections.drop(request)

        return StreamingResponse(beginning(), media_type=response.media_type)


class Door:
    """One API's way through the gate."""

    def __init__(self, gate: Gate, *, name: str, api: Api) -> None:
        self._gate = gate
        self._name = name
        self._api = api

    def route(self, name: str, handler: Handler, *, at: str) -> Route:
        """Return a route whose calls pass the gate; ``at`` is a method and a path, such as ``GET /files``."""
        method, path = at.split(" ")
        full_name = f"{self._name}.{name}"

        async def passing(request: Request) -> Response:
            return await self._gate.pass_on(request, handler, name=full_name, api=self._api)

        return Route(path, passing, methods=[method], name=full_name)


def _kinds(name: str, kinds: frozenset[FaultKind]) -> frozenset[FaultKind]:
    return kinds if name.endswith(DOWNLOADS) else kinds - ON_DOWNLOADS


def _refusal(fault: FaultOrder) -> ApiError:
    match fault.kind:
        case FaultKind.RATE_LIMITED:
            wait = {"Retry-After": f"{fault.seconds:g}"}
            return ApiError(429, "Rate limit reached; try again later.", code="rate_limit_exceeded", headers=wait)
        case FaultKind.FILE_EXPIRED:
            return ApiError(404, "No such file: it has expired.", code="not_found")
        case _:
            return ApiError(
                fault.status, "The service is overloaded or failed; a fault was ordered.", code="server_error"
            )
