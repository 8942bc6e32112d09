"""What Gemini's two APIs have in common on paper: the body of a request, and how an answer reads.

Pure. Knows no SDK and no network, and only the part of a line that both share: ``gemini`` and ``vertex`` add the rest.
"""

import json
from collections.abc import Mapping

from runners.base import Json
from runners.providers.base import Ask, Finish, Reply, Tier, Usage
from runners.providers.google_status import failure

_FINISHES = {
    "STOP": Finish.STOP,
    "MAX_TOKENS": Finish.LENGTH,
    "CONTINUATION": Finish.LENGTH,
    "SAFETY": Finish.FILTERED,
    "RECITATION": Finish.FILTERED,
    "LANGUAGE": Finish.FILTERED,
    "BLOCKLIST": Finish.FILTERED,
    "PROHIBITED_CONTENT": Finish.FILTERED,
    "SPII": Finish.FILTERED,
    "MODEL_ARMOR": Finish.FILTERED,
    "ESCALATION": Finish.FILTERED,
}
"""The reasons a text model has to stop; all others (of tools, of images, new ones) are OTHER."""


def request_body(ask: Ask) -> dict[str, Json]:
    """Return the ask as a ``GenerateContentRequest``; the ask's ``options`` are merged in and win."""
    body: dict[str, Json] = {
        "contents": [{"role": "user", "parts": [{"text": ask.prompt}]}],
        "generationConfig": _generation_config(ask),
    }
    if ask.system is not None:
        body["systemInstruction"] = {"parts": [{"text": ask.system}]}
    return _merged(body, ask.options)


def with_tier(body: Mapping[str, Json], tier: Tier) -> dict[str, Json]:
    """Return the body of a live call that is to be served like this."""
    match tier:
        case Tier.STANDARD:
            return dict(body)
        case Tier.FLEX:
            return {**body, "serviceTier": "flex"}


def as_line(value: Mapping[str, Json]) -> bytes:
    """Return a value as one line of JSON, with the newline."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode() + b"\n"


def parsed(text: bytes | str) -> dict[str, Json]:
    """Read one JSON object.

    Raises:
        ValueError: it is none, or cut off.
    """
    value = json.loads(text)
    if isinstance(value, dict):
        return value
    raise ValueError(f"what came back should be a JSON object, not a {type(value).__name__}")


def reply_of_line(line: Mapping[str, Json], *, key: str | None) -> Reply:
    """Read one object of an output file: an answer if there is one, which is paid for, else a failure.

    Raises:
        ValueError: there is neither.
    """
    response = line.get("response")
    if response and isinstance(response, dict):
        return answer(response, key=key)
    if problem := line.get("error") or line.get("status"):
        return Reply(key=key, raw=dict(line), failure=failure(problem))
    raise ValueError("a line of output has neither a response nor an error")


def answer(response: Mapping[str, Json], *, key: str | None) -> Reply:
    """Read a ``GenerateContentResponse``. A prompt that was blocked is an answer too: without text, and billed.

    Raises:
        ValueError: it has another shape.
    """
    try:
        candidate = (response.get("candidates") or [{}])[0]
        text, finish = _text(candidate), _finish(response, candidate)
        usage = _usage(response.get("usageMetadata") or {})
    except (AttributeError, TypeError, KeyError) as error:
        raise ValueError(f"what came back is no GenerateContentResponse: {error}") from error
    return Reply(key=key, raw=dict(response), text=text, finish=finish, usage=usage)


def _generation_config(ask: Ask) -> dict[str, Json]:
    config: dict[str, Json] = {"maxOutputTokens": ask.max_output_tokens}
    if ask.temperature is not None:
        config["temperature"] = ask.temperature
    if ask.response_schema is not None:
        config |= {"responseMimeType": "application/json", "responseJsonSchema": ask.response_schema}
    return config


def _merged(ours: Mapping[str, Json], theirs: Mapping[str, Json]) -> dict[str, Json]:
    return {**ours, **{name: _merged_value(ours.get(name), value) for name, value in theirs.items()}}


def _merged_value(ours: Json, theirs: Json) -> Json:
    if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
        return _merged(ours, theirs)
    return theirs


def _text(candidate: Mapping[str, Json]) -> str | None:
    parts = (candidate.get("content") or {}).get("parts") or ()
    texts = [part["text"] for part in parts if "text" in part and not part.get("thought")]
    return "".join(texts) if texts else None


def _finish(response: Mapping[str, Json], candidate: Mapping[str, Json]) -> Finish:
    if (response.get("promptFeedback") or {}).get("blockReason"):
        return Finish.FILTERED
    return _FINISHES.get(candidate.get("finishReason") or "", Finish.OTHER)


def _usage(counts: Mapping[str, int]) -> Usage:
    def total(*names: str) -> int:
        return sum(counts.get(name) or 0 for name in names)

    return Usage(
        input_tokens=total("promptTokenCount", "toolUsePromptTokenCount"),
        output_tokens=total("candidatesTokenCount", "thoughtsTokenCount"),
        cached_tokens=total("cachedContentTokenCount"),
    )
