"""How OpenAI's answers read: a line of an output or error file, a body of either API.

Pure. Decides what counts as an answer, what as a failure, and which failures are worth asking again.
"""

from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from runners.base import Json
from runners.providers.base import Failure, Finish, Reply, Usage

_FINISHES = {
    "stop": Finish.STOP,
    "completed": Finish.STOP,
    "length": Finish.LENGTH,
    "max_output_tokens": Finish.LENGTH,
    "content_filter": Finish.FILTERED,
}
_PASSING = frozenset({"server_error", "rate_limit_exceeded", "vector_store_timeout"})
"""Codes of a failed response that may go well next time; the others judge the request itself."""

_RETRYABLE_4XX = frozenset({408, 409, 429})

M = TypeVar("M", bound=BaseModel)


class Unreadable(ValueError):
    """What came back is not what OpenAI writes."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"openai: {what} cannot be read: {why}")


class Reader(Protocol):
    """Reads the body of one API's answer."""

    def __call__(self, body: Json, *, key: str | None) -> Reply: ...


class _Edge(BaseModel):
    model_config = ConfigDict(frozen=True)


class _Error(_Edge):
    code: str | int | None = None
    type: str | None = None
    message: str | None = None


class _Response(_Edge):
    status_code: int
    body: Any = None


class _Line(_Edge):
    custom_id: str | None = None
    response: _Response | None = None
    error: dict[str, Any] | None = None


class _TokenDetails(_Edge):
    cached_tokens: int | None = None


class _ChatUsage(_Edge):
    prompt_tokens: int = 0
    completion_tokens: int = 0
    prompt_tokens_details: _TokenDetails | None = None

    def counted(self) -> Usage:
        return Usage(self.prompt_tokens, self.completion_tokens, _cached(self.prompt_tokens_details))


class _Message(_Edge):
    content: str | None = None
    refusal: str | None = None


class _Choice(_Edge):
    message: _Message
    finish_reason: str | None = None


class _Completion(_Edge):
    choices: list[_Choice] = Field(min_length=1)
    usage: _ChatUsage | None = None


class _ResponseUsage(_Edge):
    input_tokens: int = 0
    output_tokens: int = 0
    input_tokens_details: _TokenDetails | None = None

    def counted(self) -> Usage:
        return Usage(self.input_tokens, self.output_tokens, _cached(self.input_tokens_details))


class _Part(_Edge):
    type: str
    text: str | None = None
    refusal: str | None = None


class _OutputItem(_Edge):
    type: str
    content: list[_Part] | None = None


class _Incomplete(_Edge):
    reason: str | None = None


class _ModelResponse(_Edge):
    status: str
    output: list[_OutputItem] = []
    incomplete_details: _Incomplete | None = None
    error: _Error | None = None
    usage: _ResponseUsage | None = None

    def parts(self) -> list[_Part]:
        return [part for item in self.output if item.type == "message" for part in item.content or ()]


def line_reply(line: bytes, reader: Reader) -> Reply:
    """Read one line of an output or error file.

    Raises:
        Unreadable: it is cut off, no JSON, or neither an answer nor an error.
    """
    found = _parsed(line)
    if found.error is not None:
        return _failed(found.error, key=found.custom_id)
    if found.response is None:
        raise Unreadable("a line of output", "it has neither response nor error")
    if found.response.status_code >= 400:
        return _refused(found.response, key=found.custom_id)
    return reader(found.response.body, key=found.custom_id)


def chat_reply(body: Json, *, key: str | None) -> Reply:
    """Read the body of a chat completion. A refusal's words are the text of a reply that is REFUSED.

    Raises:
        Unreadable: it is none.
    """
    completion = _validated(_Completion, body)
    choice = completion.choices[0]
    refusal = choice.message.refusal
    return Reply(
        key=key,
        raw=body,
        text=refusal or choice.message.content,
        finish=Finish.REFUSED if refusal else _FINISHES.get(choice.finish_reason or "", Finish.OTHER),
        usage=completion.usage.counted() if completion.usage else Usage(),
    )


def responses_reply(body: Json, *, key: str | None) -> Reply:
    """Read the body of a response, as ``chat_reply`` does. One that failed is a failure, though its status is 200.

    Raises:
        Unreadable: it is none.
    """
    response = _validated(_ModelResponse, body)
    if response.status == "failed":
        return _broken(response.error or _Error(), key=key, raw=body)
    refusal = "".join(part.refusal or "" for part in response.parts() if part.type == "refusal")
    texts = [part.text or "" for part in response.parts() if part.type == "output_text"]
    return Reply(
        key=key,
        raw=body,
        text=refusal or ("".join(texts) if texts else None),
        finish=Finish.REFUSED if refusal else _response_finish(response),
        usage=response.usage.counted() if response.usage else Usage(),
    )


def _parsed(line: bytes) -> _Line:
    try:
        return _Line.model_validate_json(line)
    except ValidationError as error:
        raise Unreadable("a line of output", _reason(error)) from error


def _validated(model: type[M], body: Json) -> M:
    try:
        return model.model_validate(body)
    except ValidationError as error:
        raise Unreadable("an answer's body", _reason(error)) from error


def _reason(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}" if where else first["msg"]


def _failed(error: dict[str, Json], *, key: str | None) -> Reply:
    """Read an error of the job itself (batch_expired, batch_cancelled, request_timeout): the request was never made."""
    failure = _failure(_validated(_Error, error), code="unknown", is_retryable=True)
    return Reply(key=key, raw=error, failure=failure)


def _refused(response: _Response, *, key: str | None) -> Reply:
    status = response.status_code
    is_retryable = status >= 500 or status in _RETRYABLE_4XX
    failure = _failure(_error_in(response.body), code=f"http_{status}", is_retryable=is_retryable)
    return Reply(key=key, raw=response.body, failure=failure)


def _broken(error: _Error, *, key: str | None, raw: Json) -> Reply:
    failure = _failure(error, code="failed", is_retryable=error.code is None or error.code in _PASSING)
    return Reply(key=key, raw=raw, failure=failure)


def _error_in(body: Json) -> _Error:
    error = body.get("error") if isinstance(body, dict) else body
    return _validated(_Error, error) if isinstance(error, dict) else _Error(message=str(error) if error else None)


def _failure(error: _Error, *, code: str, is_retryable: bool) -> Failure:
    return Failure(
        code=str(error.code or error.type or code),
        message=error.message or "the provider gave no message",
        is_retryable=is_retryable,
    )


def _response_finish(response: _ModelResponse) -> Finish:
    incomplete = response.incomplete_details
    word = incomplete.reason if incomplete and incomplete.reason else response.status
    return _FINISHES.get(word, Finish.OTHER)


def _cached(details: _TokenDetails | None) -> int:
    return (details.cached_tokens if details else None) or 0
