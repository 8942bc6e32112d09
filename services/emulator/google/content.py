"""``generateContent``: how a request is read, and how an answer is written; the same for Gemini and Vertex."""

import secrets
from collections.abc import Mapping
from typing import Any

from runners.providers.base import Finish
from runners.providers.tokens import estimate_tokens
from services.emulator.answering import Answer, Model
from services.emulator.errors import ApiError
from services.emulator.google.schemas import json_schema
from services.emulator.google.shapes import field
from services.emulator.purchases import DEFAULT_OUTPUT_TOKENS, Purchase, digest_of
from services.emulator.requests import mapping, whole_number

LABELS = frozenset({"labels", "model"})
"""Fields that do not change what is bought; the model is hashed by its bare name."""
FINISH_REASONS = {Finish.STOP: "STOP", Finish.LENGTH: "MAX_TOKENS", Finish.FILTERED: "SAFETY", Finish.OTHER: "OTHER"}


def generate(
    body: Mapping[str, Any], *, model_name: str, route: str, model: Model, job: str | None = None, billed: bool = True
) -> dict[str, Any]:
    """Answer one request.

    Raises:
        ApiError: the request is wrong, or a fault was ordered.
    """
    purchase = _read(body, model_name=model_name, route=route)
    answer = model.answer(purchase, job=job, billed=billed)
    head = {"usageMetadata": _usage(answer), "modelVersion": purchase.model, "responseId": secrets.token_hex(16)}
    if answer.finish is Finish.REFUSED:
        return {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}} | head
    return {"candidates": [_candidate(answer)]} | head


def count_tokens(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the request's contents would count."""
    asked = mapping(field(body, "generateContentRequest")) or body
    tokens = estimate_tokens(_texts(asked.get("contents")))
    return {"totalTokens": tokens, "promptTokensDetails": [{"modality": "TEXT", "tokenCount": tokens}]}


def bare_model(name: str) -> str:
    """Return a model's name without ``models/`` or ``publishers/google/models/``."""
    return name.rsplit("/", 1)[-1]


def _read(body: Mapping[str, Any], *, model_name: str, route: str) -> Purchase:
    if not body.get("contents"):
        raise ApiError(400, "* GenerateContentRequest.contents: contents is not specified")
    model = bare_model(model_name)
    settings = mapping(field(body, "generationConfig"))
    most = field(settings, "maxOutputTokens")
    return Purchase(
        route=route,
        model=model,
        prompt=_texts(body["contents"]),
        system=_text(field(body, "systemInstruction")) or None,
        response_schema=_schema(settings),
        max_output_tokens=whole_number(most, name="maxOutputTokens", default=DEFAULT_OUTPUT_TOKENS),
        digest=digest_of(body, model=model, without=LABELS),
    )


def _texts(contents: Any) -> str:
    listed = contents if isinstance(contents, list) else [contents]
    return "\n".join(_text(content) for content in listed)


def _text(content: Any) -> str:
    return content if isinstance(content, str) else content_text(mapping(content))


def content_text(content: Mapping[str, Any]) -> str:
    """Return the text of a content's parts."""
    parts = content.get("parts")
    listed = parts if isinstance(parts, list) else [parts]
    return "".join(str(mapping(part).get("text", "")) for part in listed)


def _schema(settings: Mapping[str, Any]) -> Mapping[str, Any] | None:
    if schema := field(settings, "responseJsonSchema"):
        return mapping(schema)
    if schema := field(settings, "responseSchema"):
        return json_schema(mapping(schema))
    return {"type": "object"} if field(settings, "responseMimeType") == "application/json" else None


def _candidate(answer: Answer) -> dict[str, Any]:
    content = {"role": "model", "parts": [{"text": answer.text}]} if answer.text else {"role": "model"}
    return {"content": content, "finishReason": FINISH_REASONS[answer.finish], "index": 0}


def _usage(answer: Answer) -> dict[str, Any]:
    usage = answer.usage
    refused = answer.finish is Finish.REFUSED
    cached = {"cachedContentTokenCount": usage.cached_tokens} if usage.cached_tokens else {}
    made = {} if refused else {"candidatesTokenCount": usage.output_tokens}
    total = usage.input_tokens + (0 if refused else usage.output_tokens)
    return {"promptTokenCount": usage.input_tokens, "totalTokenCount": total} | made | cached
