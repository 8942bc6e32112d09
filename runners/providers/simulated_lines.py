"""The lines that the simulated provider reads and writes: a JSON object for each ask, and one for each answer. Pure."""

import json
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from runners.base import Json
from runners.providers.answers import make_answer
from runners.providers.base import Ask, Failure, Finish, Reply, Usage

CANNOT_ANSWER = "cannot_answer"
"""The code of a request for which no answer can be made up; the same request would fail again."""


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Request(_Line):
    key: str
    model: str
    prompt: str
    system: str | None = None
    response_schema: dict[str, Json] | None = None
    max_output_tokens: int = Field(gt=0)


class _Usage(_Line):
    input_tokens: int = Field(ge=0)
    output_tokens: int = Field(ge=0)


class _Answer(_Line):
    text: str
    finish: Finish
    usage: _Usage


class _Error(_Line):
    code: str
    message: str


class _Output(_Line):
    key: str | None
    simulated: Literal[True]
    answer: _Answer | None = None
    error: _Error | None = None


def request_line(ask: Ask) -> bytes:
    """Return the ask as a line; its ``options`` win over our fields."""
    body = {
        "key": ask.key,
        "model": ask.model,
        "system": ask.system,
        "prompt": ask.prompt,
        "response_schema": ask.response_schema,
        "max_output_tokens": ask.max_output_tokens,
        "temperature": ask.temperature,
    }
    return _written(body | dict(ask.options))


def answer_line(request: bytes) -> bytes:
    """Return the line that answers a line; what cannot be answered is answered with an error.

    Raises:
        ValueError: the line is none of ``request_line``.
    """
    asked = _Request.model_validate_json(request)
    output: dict[str, Json] = {"key": asked.key, "simulated": True, "model": asked.model}
    try:
        output["answer"] = _answer(asked)
    except ValueError as error:
        output["error"] = {"code": CANNOT_ANSWER, "message": f"simulated: no answer can be made up: {error}"}
    return _written(output)


def read_reply(line: bytes) -> Reply:
    """Read a line of ``answer_line``.

    Raises:
        ValueError: it is none.
    """
    try:
        output = _Output.model_validate_json(line)
    except ValidationError as error:
        raise ValueError(f"simulated: this is no line of an output file: {line[:200]!r}") from error
    raw = json.loads(line)
    match output:
        case _Output(answer=_Answer() as made):
            usage = Usage(made.usage.input_tokens, made.usage.output_tokens)
            return Reply(key=output.key, raw=raw, text=made.text, finish=made.finish, usage=usage)
        case _Output(error=_Error() as problem):
            failure = Failure(code=problem.code, message=problem.message, is_retryable=False)
            return Reply(key=output.key, raw=raw, failure=failure)
        case _:
            raise ValueError(f"simulated: this line holds neither an answer nor an error: {line[:200]!r}")


def _answer(asked: _Request) -> dict[str, Json]:
    made = make_answer(
        model=asked.model,
        system=asked.system,
        prompt=asked.prompt,
        response_schema=asked.response_schema,
        max_output_tokens=asked.max_output_tokens,
    )
    usage = {"input_tokens": made.usage.input_tokens, "output_tokens": made.usage.output_tokens}
    return {"text": made.text, "finish": made.finish, "usage": usage}


def _written(body: dict[str, Json]) -> bytes:
    # Half a surrogate pair has no UTF-8, and no API takes it: it becomes a question mark.
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
