"""The emulator put together: the APIs, each below a path of its own, and the admin routes."""

from collections.abc import Sequence
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from services.emulator.admin import Admin
from services.emulator.gate import Breaks, Gate
from services.emulator.gcs.routes import StorageApi
from services.emulator.gemini.routes import GeminiApi
from services.emulator.machinery import Machinery
from services.emulator.openai.routes import OpenAIApi
from services.emulator.settings import EmulatorSettings
from services.emulator.vertex.routes import VertexApi


def build(settings: EmulatorSettings, *, folder: Path, connections: Breaks) -> Starlette:
    """Return the application. ``folder`` holds its files and must be its own."""
    machinery = Machinery(settings, folder=folder)
    gate = Gate(faults=machinery.faults, connections=connections)
    openai, gemini, storage = OpenAIApi(machinery), GeminiApi(machinery), StorageApi(machinery)
    vertex = VertexApi(machinery, buckets=storage.buckets)

    def clear() -> None:
        for api in (openai, gemini, storage):
            api.clear()

    admin = Admin(machinery, gate=gate, clear_apis=clear)
    routes: Sequence[BaseRoute] = [
        Mount("/openai/v1", routes=openai.routes(gate)),
        Mount("/gemini", routes=gemini.routes(gate)),
        Mount("/vertex", routes=vertex.routes(gate)),
        Mount("/gcs", routes=storage.routes(gate)),
        Mount("/admin", routes=admin.routes()),
        Route("/health", _health),
    ]
    return Starlette(routes=routes, exception_handlers={404: _unknown, 405: _unknown})


async def _unknown(request: Request, _: Exception) -> Response:
    message = f"The emulator has no route {request.method} {request.url.path}; docs/reference/emulator.md lists them."
    return JSONResponse({"error": {"code": 404, "message": message, "status": "NOT_FOUND"}}, status_code=404)


async def _health(_: Request) -> Response:
    return JSONResponse({"status": "ok"})
