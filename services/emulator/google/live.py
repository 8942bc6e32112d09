"""The handlers of live calls on a model, the same for Gemini and Vertex."""

from collections.abc import Callable
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.emulator.gate import Handler
from services.emulator.google.content import count_tokens
from services.emulator.lane import LiveLane
from services.emulator.requests import json_body


def live(answer: Callable[..., dict[str, Any]], *, lane: LiveLane) -> Handler:
    """Return a handler that answers through the lane; ``answer`` takes the body and ``model_name``."""

    async def handler(request: Request) -> Response:
        made = partial(answer, await json_body(request), model_name=request.path_params["model"])
        return JSONResponse(await lane.serve(made))

    return handler


async def counted(request: Request) -> Response:
    """Answer ``countTokens``."""
    return JSONResponse(count_tokens(await json_body(request)))
