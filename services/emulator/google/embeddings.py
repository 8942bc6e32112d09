"""Embeddings of Gemini and Vertex. Each content is a purchase of its own, however requests bundle them."""

from collections.abc import Mapping
from typing import Any

from runners.providers.base import Usage
from runners.providers.tokens import estimate_tokens
from services.emulator.books import Books
from services.emulator.errors import ApiError
from services.emulator.google.content import bare_model, content_text
from services.emulator.google.shapes import field
from services.emulator.purchases import text_purchase
from services.emulator.requests import mapping, whole_number
from services.emulator.vectors import embed, rounded

DIMENSIONS = {"text-embedding-004": 768, "text-embedding-005": 768, "text-multilingual-embedding-002": 768}
USUAL_DIMENSIONS = 3072
MOST_CONTENTS = 100


class Embedder:
    """Makes and bills vectors on one route."""

    def __init__(self, books: Books, *, route: str) -> None:
        self._books = books
        self._route = route

    def one(
        self, body: Mapping[str, Any], *, model_name: str, job: str | None = None, billed: bool = True
    ) -> dict[str, Any]:
        """Answer ``embedContent``.

        Raises:
            ApiError: the request is wrong.
        """
        text = content_text(mapping(body.get("content")))
        settings = mapping(field(body, "embedContentConfig")) or body
        made = self._made(text, settings, model_name=model_name, job=job, billed=billed)
        return {"embedding": made, "usageMetadata": {"promptTokenCount": estimate_tokens(text)}}

    def one_of_batch(self, body: Mapping[str, Any], **more: Any) -> dict[str, Any]:
        """Answer one line of a batch of embeddings.

        Raises:
            ApiError: the request is wrong.
        """
        made = self.one(body, **more)
        return {"embedding": made["embedding"], "tokenCount": made["usageMetadata"]["promptTokenCount"]}

    def many(self, body: Mapping[str, Any], *, model_name: str) -> dict[str, Any]:
        """Answer ``batchEmbedContents``.

        Raises:
            ApiError: the request is wrong.
        """
        requests = body.get("requests")
        if not isinstance(requests, list) or not requests:
            raise ApiError(400, "* BatchEmbedContentsRequest.requests: requests is not specified")
        if len(requests) > MOST_CONTENTS:
            raise ApiError(400, f"at most {MOST_CONTENTS} requests can be in one batch, not {len(requests)}")
        return {"embeddings": [self.one(mapping(r), model_name=model_name)["embedding"] for r in requests]}

    def predict(self, body: Mapping[str, Any], *, model_name: str) -> dict[str, Any]:
        """Answer Vertex's ``predict`` for an embedding model.

        Raises:
            ApiError: the request is wrong.
        """
        instances = body.get("instances")
        if not isinstance(instances, list) or not instances:
            raise ApiError(400, "'instances' must be a list of at least one instance")
        settings = mapping(body.get("parameters"))
        return {"predictions": [self._prediction(mapping(i), settings, model_name=model_name) for i in instances]}

    def _prediction(
        self, instance: Mapping[str, Any], settings: Mapping[str, Any], *, model_name: str
    ) -> dict[str, Any]:
        text = str(instance.get("content", ""))
        made = self._made(text, settings, model_name=model_name, job=None, billed=True)
        statistics = {"token_count": estimate_tokens(text), "truncated": False}
        return {"embeddings": made | {"statistics": statistics}}

    def _made(
        self, text: str, settings: Mapping[str, Any], *, model_name: str, job: str | None, billed: bool
    ) -> dict[str, Any]:
        if not text:
            raise ApiError(400, "the text content is empty")
        model = bare_model(model_name)
        usual = DIMENSIONS.get(model, USUAL_DIMENSIONS)
        dimensions = whole_number(field(settings, "outputDimensionality"), name="outputDimensionality", default=usual)
        form = [dimensions, field(settings, "taskType"), settings.get("title")]
        if billed:
            purchase = text_purchase(text, model=model, route=self._route, form=form)
            self._books.bill(purchase, usage=Usage(estimate_tokens(text)), job=job)
        return {"values": rounded(embed(text, model=model, dimensions=dimensions))}
