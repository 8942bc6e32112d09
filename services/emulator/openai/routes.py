"""Every route of the OpenAI API, put together."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from starlette.routing import BaseRoute

from services.emulator.gate import Door, Gate
from services.emulator.machinery import Machinery
from services.emulator.openai import chat, embeddings, responses
from services.emulator.openai.batches import BatchRoutes
from services.emulator.openai.files import FileRoutes, OpenAIFiles
from services.emulator.openai.lines import Answering
from services.emulator.openai.live import LiveRoutes, unstored
from services.emulator.openai.shapes import OPENAI
from services.emulator.openai.stored import Stored


class OpenAIApi:
    """The API with what it keeps."""

    def __init__(self, machinery: Machinery) -> None:
        self._machinery = machinery
        self._files = OpenAIFiles(clock=machinery.clock, spool=machinery.spool)
        self._completions = Stored(machinery.clock)
        self._responses = Stored(machinery.clock)

    def clear(self) -> None:
        self._files.clear()
        self._completions.clear()
        self._responses.clear()

    def routes(self, gate: Gate) -> Sequence[BaseRoute]:
        """Return the routes below ``/v1``."""
        door = Door(gate, name="openai", api=OPENAI)
        return [*self._live(door), *self._file_routes(door), *self._batch_routes(door)]

    def _live(self, door: Door) -> Sequence[BaseRoute]:
        chat_calls = self._live_routes(self._chat, self._completions, stores=False)
        response_calls = self._live_routes(self._respond, self._responses, stores=True)
        embed = unstored(self._embed, lane=self._machinery.lane)
        return [
            door.route("chat", chat_calls.create, at="POST /chat/completions"),
            door.route("chat.list", chat_calls.list, at="GET /chat/completions"),
            door.route("chat.get", chat_calls.get, at="GET /chat/completions/{id}"),
            door.route("chat.delete", chat_calls.delete, at="DELETE /chat/completions/{id}"),
            door.route("responses", response_calls.create, at="POST /responses"),
            door.route("responses.get", response_calls.get, at="GET /responses/{id}"),
            door.route("responses.delete", response_calls.delete, at="DELETE /responses/{id}"),
            door.route("embeddings", embed, at="POST /embeddings"),
        ]

    def _file_routes(self, door: Door) -> Sequence[BaseRoute]:
        files = FileRoutes(self._files, spool=self._machinery.spool, settings=self._machinery.settings)
        return [
            door.route("files.create", files.create, at="POST /files"),
            door.route("files.list", files.list, at="GET /files"),
            door.route("files.get", files.get, at="GET /files/{id}"),
            door.route("files.delete", files.delete, at="DELETE /files/{id}"),
            door.route("files.content", files.content, at="GET /files/{id}/content"),
        ]

    def _batch_routes(self, door: Door) -> Sequence[BaseRoute]:
        batches = BatchRoutes(
            desk=self._machinery.desk,
            clock=self._machinery.clock,
            files=self._files,
            answers={
                "/v1/chat/completions": self._chat,
                "/v1/responses": self._respond,
                "/v1/embeddings": self._embed,
            },
            settings=self._machinery.settings,
        )
        return [
            door.route("batches.create", batches.create, at="POST /batches"),
            door.route("batches.list", batches.list, at="GET /batches"),
            door.route("batches.get", batches.get, at="GET /batches/{id}"),
            door.route("batches.cancel", batches.cancel, at="POST /batches/{id}/cancel"),
        ]

    def _live_routes(self, answer: Answering, stored: Stored, *, stores: bool) -> LiveRoutes:
        machinery = self._machinery
        return LiveRoutes(
            answer, stored=stored, lane=machinery.lane, settings=machinery.settings, stores_by_default=stores
        )

    @property
    def _chat(self) -> Answering:
        return partial(self._timed, partial(chat.complete, model=self._machinery.model))

    @property
    def _respond(self) -> Answering:
        return partial(self._timed, partial(responses.respond, model=self._machinery.model))

    @property
    def _embed(self) -> Answering:
        return partial(embeddings.embed_texts, books=self._machinery.books)

    def _timed(self, answer: Answering, body: Any, **more: Any) -> dict[str, Any]:
        return answer(body, now=self._machinery.clock.now(), **more)
