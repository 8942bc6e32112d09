"""How an ask is written for OpenAI: as a body of either API, as a line of a job, as a live call.

Pure. Knows no SDK and no network, and does not read what comes back.
"""

import json
from collections.abc import Mapping

from runners.base import Json
from runners.providers.base import Ask, Tier
from runners.providers.openai_schemas import fits_strict

INTENT = "intent"
"""The name under which our key stands in OpenAI's ``metadata``, of jobs and of live calls."""


def chat_body(ask: Ask) -> dict[str, Json]:
    """Return the ask as the body of ``POST /v1/chat/completions``."""
    body: dict[str, Json] = {
        "model": ask.model,
        "messages": _messages(ask),
        "max_completion_tokens": ask.max_output_tokens,
    }
    if ask.temperature is not None:
        body["temperature"] = ask.temperature
    if ask.response_schema is not None:
        body["response_format"] = {"type": "json_schema", "json_schema": _named(ask.response_schema)}
    return {**body, **ask.options}


def responses_body(ask: Ask) -> dict[str, Json]:
    """Return the ask as the body of ``POST /v1/responses``."""
    body: dict[str, Json] = {"model": ask.model, "input": ask.prompt, "max_output_tokens": ask.max_output_tokens}
    if ask.system is not None:
        body["instructions"] = ask.system
    if ask.temperature is not None:
        body["temperature"] = ask.temperature
    if ask.response_schema is not None:
        body["text"] = {"format": {"type": "json_schema", **_named(ask.response_schema)}}
    return _with_options(body, ask.options)


def job_line(key: str, *, url: str, body: Mapping[str, Json]) -> bytes:
    """Return one line of a job's input file, with the newline."""
    line = {"custom_id": key, "method": "POST", "url": url, "body": body}
    # Not ASCII: an escaped Korean letter takes twice the bytes, and a job's bytes are limited.
    return json.dumps(line, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode() + b"\n"


def live_body(body: Mapping[str, Json], *, key: str, tier: Tier) -> dict[str, Json]:
    """Return the body of a live call: served like this, and marked so that its answer can be found by the key."""
    return _served({**body, **_mark(body, key)}, tier)


def _messages(ask: Ask) -> list[Json]:
    user = {"role": "user", "content": ask.prompt}
    return [user] if ask.system is None else [{"role": "system", "content": ask.system}, user]


def _named(schema: Mapping[str, Json]) -> dict[str, Json]:
    return {"name": "answer", "schema": schema, "strict": fits_strict(schema)}


def _with_options(body: dict[str, Json], options: Mapping[str, Json]) -> dict[str, Json]:
    """Merge ``options`` over the body. ``text`` is merged itself: its verbosity must not cost the answer's format."""
    merged = {**body, **options}
    if isinstance(options.get("text"), Mapping):
        merged["text"] = {**body.get("text", {}), **options["text"]}
    return merged


def _mark(body: Mapping[str, Json], key: str) -> dict[str, Json]:
    if body.get("store") is False:
        return {}  # the analyst wants nothing kept, and metadata is refused for what is not stored
    return {"store": True, "metadata": {**(body.get("metadata") or {}), INTENT: key}}


def _served(body: dict[str, Json], tier: Tier) -> dict[str, Json]:
    match tier:
        case Tier.STANDARD:
            return body
        case Tier.FLEX:
            return {**body, "service_tier": "flex"}
