"""The Responses API: how a request is read, and how an answer is written."""

from collections.abc import Mapping
from typing import Any

from runners.providers.base import Finish
from services.emulator.answering import Answer, Model, text_field
from services.emulator.errors import ApiError
from services.emulator.openai.chat import LABELS, SYSTEM, schema_of, text_of
from services.emulator.openai.shapes import new_id
from services.emulator.purchases import DEFAULT_OUTPUT_TOKENS, Purchase, digest_of
from services.emulator.requests import mapping, whole_number

ROUTE = "openai.responses"
UNPAID = LABELS | {"background"}


def respond(
    body: Mapping[str, Any], *, model: Model, now: float, job: str | None = None, billed: bool = True
) -> dict[str, Any]:
    """Answer one request.

    Raises:
        ApiError: the request is wrong, or a fault was ordered.
    """
    purchase = _read(body)
    answer = model.answer(purchase, job=job, billed=billed)
    return {
        "id": new_id("resp_"),
        "object": "response",
        "created_at": int(now),
        "status": "incomplete" if _why_incomplete(answer.finish) else "completed",
        "error": None,
        "incomplete_details": _why_incomplete(answer.finish),
        "instructions": body.get("instructions"),
        "metadata": dict(mapping(body.get("metadata"))),
        "model": purchase.model,
        "output": [_message(answer)],
        "parallel_tool_calls": True,
        "service_tier": body.get("service_tier") or "default",
        "store": body.get("store", True),
        "tool_choice": "auto",
        "tools": [],
        "usage": _usage(answer),
    }


def _read(body: Mapping[str, Any]) -> Purchase:
    if body.get("stream"):
        raise ApiError(400, "The emulator does not stream; leave out 'stream'.", code="unsupported_parameter")
    model = text_field(body, "model")
    system, prompt = _texts(body)
    most = body.get("max_output_tokens")
    return Purchase(
        route=ROUTE,
        model=model,
        prompt=prompt,
        system=system,
        response_schema=schema_of(mapping(mapping(body.get("text")).get("format"))),
        max_output_tokens=whole_number(most, name="max_output_tokens", default=DEFAULT_OUTPUT_TOKENS),
        digest=digest_of(body, model=model, without=UNPAID),
    )


def _texts(body: Mapping[str, Any]) -> tuple[str | None, str]:
    """Return the system's and the user's text; ``input`` is a string or a list of messages."""
    given = body.get("input")
    if not given or not isinstance(given, str | list):
        raise ApiError(400, "'input' must be text or a list of at least one message")
    messages = [{"role": "user", "content": given}] if isinstance(given, str) else [mapping(m) for m in given]
    said = [body.get("instructions") or ""]
    said += [text_of(m.get("content")) for m in messages if m.get("role") in SYSTEM]
    prompt = "\n".join(text_of(m.get("content")) for m in messages if m.get("role") not in SYSTEM)
    return "\n".join(text for text in said if text) or None, prompt


def _message(answer: Answer) -> dict[str, Any]:
    refused = answer.finish is Finish.REFUSED
    text = {"type": "output_text", "text": answer.text, "annotations": [], "logprobs": []}
    content = {"type": "refusal", "refusal": answer.text} if refused else text
    status = "incomplete" if _why_incomplete(answer.finish) else "completed"
    return {"id": new_id("msg_"), "type": "message", "role": "assistant", "status": status, "content": [content]}


def _why_incomplete(finish: Finish) -> dict[str, str] | None:
    match finish:
        case Finish.LENGTH:
            return {"reason": "max_output_tokens"}
        case Finish.FILTERED:
            return {"reason": "content_filter"}
        case _:
            return None


def _usage(answer: Answer) -> dict[str, Any]:
    usage = answer.usage
    return {
        "input_tokens": usage.input_tokens,
        "input_tokens_details": {"cached_tokens": usage.cached_tokens, "cache_write_tokens": 0},
        "output_tokens": usage.output_tokens,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": usage.input_tokens + usage.output_tokens,
    }
