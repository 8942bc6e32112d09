"""Embeddings. Each text is a purchase of its own, however requests bundle them."""

from collections.abc import Mapping, Sequence
from typing import Any

from runners.providers.base import Usage
from runners.providers.tokens import estimate_tokens
from services.emulator.answering import text_field
from services.emulator.books import Books
from services.emulator.errors import ApiError
from services.emulator.purchases import text_purchase
from services.emulator.requests import whole_number
from services.emulator.vectors import as_base64, embed, rounded

ROUTE = "openai.embeddings"
MOST_TEXTS = 2048
MOST_TOKENS = 300_000
DIMENSIONS = {"text-embedding-3-large": 3072}
USUAL_DIMENSIONS = 1536


def embed_texts(
    body: Mapping[str, Any], *, books: Books, job: str | None = None, billed: bool = True
) -> dict[str, Any]:
    """Answer one request.

    Raises:
        ApiError: the request is wrong.
    """
    model, texts = text_field(body, "model"), _texts(body)
    usual = DIMENSIONS.get(model, USUAL_DIMENSIONS)
    dimensions = whole_number(body.get("dimensions"), name="dimensions", default=usual)
    tokens = [estimate_tokens(text) for text in texts]
    if sum(tokens) > MOST_TOKENS:
        raise ApiError(400, f"Requested {sum(tokens)} tokens, max {MOST_TOKENS} tokens per request")
    if billed:
        for text, cost in zip(texts, tokens, strict=True):
            books.bill(text_purchase(text, model=model, route=ROUTE, form=dimensions), usage=Usage(cost), job=job)
    write = as_base64 if body.get("encoding_format") == "base64" else rounded
    data = [_embedding(i, write(embed(text, model=model, dimensions=dimensions))) for i, text in enumerate(texts)]
    usage = {"prompt_tokens": sum(tokens), "total_tokens": sum(tokens)}
    return {"object": "list", "data": data, "model": model, "usage": usage}


def _texts(body: Mapping[str, Any]) -> Sequence[str]:
    given = body.get("input")
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not texts or not all(isinstance(text, str) and text for text in texts):
        raise ApiError(400, "'input' must be a text or a list of texts, none of them empty")
    if len(texts) > MOST_TEXTS:
        raise ApiError(400, f"'input' holds {len(texts)} texts; at most {MOST_TEXTS} go into one request")
    return texts


def _embedding(index: int, vector: str | list[float]) -> dict[str, Any]:
    return {"object": "embedding", "index": index, "embedding": vector}
