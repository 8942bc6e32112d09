"""How callers of the Gemini API show who they are."""

from starlette.requests import Request

from services.emulator.errors import ApiError
from services.emulator.gate import Api
from services.emulator.google.shapes import render

NO_KEY = "Method doesn't allow unregistered callers (callers without established identity). Please use API Key."


def _authenticate(request: Request) -> None:
    # The address of a begun upload is a key by itself: clients send no other with its blocks.
    known_by = [request.headers.get("x-goog-api-key"), request.headers.get("authorization")]
    known_by += [request.query_params.get("key"), request.query_params.get("upload_id")]
    if not any(known_by):
        raise ApiError(403, NO_KEY)


GEMINI = Api(authenticate=_authenticate, render=render)
