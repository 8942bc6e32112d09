"""Live calls of the OpenAI API, and the routes on the answers that it has stored."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.emulator.gate import Handler
from services.emulator.lane import LiveLane
from services.emulator.openai.lines import Answering
from services.emulator.openai.shapes import listing
from services.emulator.openai.stored import Stored
from services.emulator.pages import page_after
from services.emulator.requests import json_body, page_size
from services.emulator.settings import CurrentSettings

USUAL_PAGE = 20


def unstored(answer: Answering, *, lane: LiveLane) -> Handler:
    """Return the handler of a live endpoint that stores nothing."""

    async def handler(request: Request) -> Response:
        body = await json_body(request)
        return JSONResponse(await lane.serve(lambda: answer(body)))

    return handler


class LiveRoutes:
    """The handlers of one live endpoint and of what it stores."""

    def __init__(
        self,
        answer: Answering,
        *,
        stored: Stored,
        lane: LiveLane,
        settings: CurrentSettings,
        stores_by_default: bool,
    ) -> None:
        self._answer = answer
        self._stored = stored
        self._lane = lane
        self._settings = settings
        self._stores_by_default = stores_by_default

    async def create(self, request: Request) -> Response:
        body = await json_body(request)
        answer = await self._lane.serve(lambda: self._answer(body))
        if body.get("store", self._stores_by_default):
            self._stored.keep(answer, hidden=self._settings().list_lag_seconds)
        return JSONResponse(answer)

    async def list(self, request: Request) -> Response:
        query = request.query_params
        wanted = {name[9:-1]: value for name, value in query.items() if name.startswith("metadata[")}
        answers = self._stored.listed(metadata=wanted, model=query.get("model"))
        if query.get("order") == "desc":
            answers.reverse()
        size = page_size(request, "limit", default=USUAL_PAGE, longest=self._settings().max_page)
        page, has_more = page_after(answers, query.get("after"), size=size, identify=lambda a: str(a["id"]))
        return listing(page, has_more=has_more)

    async def get(self, request: Request) -> Response:
        return JSONResponse(self._stored.get(request.path_params["id"]))

    async def delete(self, request: Request) -> Response:
        answer_id = request.path_params["id"]
        answer = self._stored.get(answer_id)
        self._stored.delete(answer_id)
        return JSONResponse({"id": answer_id, "object": f"{answer['object']}.deleted", "deleted": True})
