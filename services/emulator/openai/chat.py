"""Chat completions: how a request is read, and how an answer is written."""

from collections.abc import Mapping, Sequence
from typing import Any

from runners.providers.base import Finish, Usage
from services.emulator.answering import Answer, Model, text_field
from services.emulator.errors import ApiError
from services.emulator.openai.shapes import new_id
from services.emulator.purchases import DEFAULT_OUTPUT_TOKENS, Purchase, digest_of
from services.emulator.requests import mapping, whole_number

ROUTE = "openai.chat"
LABELS = frozenset({"metadata", "store", "user", "safety_identifier", "prompt_cache_key", "service_tier"})
"""Fields that do not change what is bought."""
SYSTEM = frozenset({"system", "developer"})


def complete(
    body: Mapping[str, Any], *, model: Model, now: float, job: str | None = None, billed: bool = True
) -> dict[str, Any]:
    """Answer one request.

    Raises:
        ApiError: the request is wrong, or a fault was ordered.
    """
    purchase = _read(body)
    answer = model.answer(purchase, job=job, billed=billed)
    return {
        "id": new_id("chatcmpl-"),
        "object": "chat.completion",
        "created": int(now),
        "model": purchase.model,
        "choices": [_choice(answer)],
        "usage": usage_of(answer.usage),
        "service_tier": body.get("service_tier") or "default",
        "system_fingerprint": "fp_emulator",
        "metadata": dict(mapping(body.get("metadata"))),
    }


def _read(body: Mapping[str, Any]) -> Purchase:
    if body.get("stream"):
        raise ApiError(400, "The emulator does not stream; leave out 'stream'.", code="unsupported_parameter")
    messages = _messages(body)
    most = body.get("max_completion_tokens", body.get("max_tokens"))
    model = text_field(body, "model")
    return Purchase(
        route=ROUTE,
        model=model,
        prompt="\n".join(_text(m) for m in messages if m.get("role") not in SYSTEM),
        system="\n".join(_text(m) for m in messages if m.get("role") in SYSTEM) or None,
        response_schema=schema_of(mapping(body.get("response_format"))),
        max_output_tokens=whole_number(most, name="max_completion_tokens", default=DEFAULT_OUTPUT_TOKENS),
        digest=digest_of(body, model=model, without=LABELS),
    )


def _messages(body: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages or not all(isinstance(m, dict) for m in messages):
        raise ApiError(400, "'messages' must be a list of at least one message")
    return messages


def _text(message: Mapping[str, Any]) -> str:
    return text_of(message.get("content"))


def text_of(content: Any) -> str:
    """Return the text of a content, which is a string or a list of parts."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "".join(str(part.get("text", "")) for part in parts if isinstance(part, dict))


def schema_of(form: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the JSON Schema of a ``response_format`` (or of the same thing in the Responses API); None for text."""
    match form.get("type"):
        case "json_schema":
            described = mapping(form.get("json_schema") or form)
            return mapping(described.get("schema"))
        case "json_object":
            return {"type": "object"}
        case _:
            return None


def usage_of(usage: Usage) -> dict[str, Any]:
    """Write a usage as chat completions do."""
    return {
        "prompt_tokens": usage.input_tokens,
        "completion_tokens": usage.output_tokens,
        "total_tokens": usage.input_tokens + usage.output_tokens,
        "prompt_tokens_details": {"cached_tokens": usage.cached_tokens, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
    }


def _choice(answer: Answer) -> dict[str, Any]:
    refused = answer.finish is Finish.REFUSED
    message: dict[str, Any] = {
        "role": "assistant",
        "content": None if refused else answer.text,
        "refusal": answer.text if refused else None,
        "annotations": [],
    }
    return {"index": 0, "message": message, "logprobs": None, "finish_reason": _finish_reason(answer.finish)}


def _finish_reason(finish: Finish) -> str:
    match finish:
        case Finish.LENGTH:
            return "length"
        case Finish.FILTERED:
            return "content_filter"
        case _:
            return "stop"
