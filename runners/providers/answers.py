"""Answers made up without a model, always the same for the same request: for rehearsals and stand-ins.

Decides what an answer without a provider says, how many tokens it counts and where it is cut off. The content is words
of the prompt, so that a rehearsal reads like the real thing; a JSON Schema is kept to the letter.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from runners.base import Json
from runners.providers.answers_draw import Draw
from runners.providers.answers_scalars import Maker
from runners.providers.answers_schema import schema_maker
from runners.providers.base import Finish, Usage
from runners.providers.tokens import estimate_tokens

MARK = "[simulated] "
"""How a plain answer begins."""

_as_json = json.JSONEncoder(ensure_ascii=False).encode
_KEPT_SCHEMAS = 256
_TOKENS_AROUND = 4
"""What a message costs beside its text: its role and its ends."""


@dataclass(frozen=True, slots=True)
class MadeAnswer:
    """What a model would have sent back."""

    text: str
    usage: Usage
    finish: Finish


def make_answer(
    *,
    model: str,
    system: str | None,
    prompt: str,
    response_schema: Mapping[str, Json] | None,
    max_output_tokens: int,
) -> MadeAnswer:
    """Return the answer to a request; the same one for the same request, in any process.

    Raises:
        ValueError: nothing fits the schema, or it uses a keyword or a pattern beyond what can be made; names the path.
    """
    schema = "" if response_schema is None else json.dumps(response_schema)
    draw = Draw(_seed(model, system or "", prompt, schema), prompt)
    text = _fitting(schema, draw) if schema else _plain(draw)
    tokens, finish = estimate_tokens(text), Finish.STOP
    if tokens > max_output_tokens:
        text, tokens, finish = _cut_off(text, max_output_tokens), max_output_tokens, Finish.LENGTH
    return MadeAnswer(text, Usage(_input_tokens(system, prompt, schema), tokens), finish)


def _seed(*parts: str) -> bytes:
    # A separator that no text holds keeps ("ab", "c") apart from ("a", "bc").
    return sha256("\udfff".join(parts).encode("utf-8", "surrogatepass")).digest()


def _fitting(schema: str, draw: Draw) -> str:
    return _as_json(_maker(schema)(draw))


@lru_cache(_KEPT_SCHEMAS)
def _maker(schema: str) -> Maker:
    try:
        return schema_maker(json.loads(schema))
    except ValueError as refusal:
        return _refusing(str(refusal))


def _refusing(why: str) -> Maker:
    """Return a maker that refuses: kept as any other, for a job asks for the same schema in every line."""

    def make(_: Draw) -> Json:
        raise ValueError(why)

    return make


def _plain(draw: Draw) -> str:
    sentences = [draw.words(draw.between(6, 14)) for _ in range(draw.between(2, 5))]
    return MARK + " ".join([f"{sentence[:1].upper()}{sentence[1:]}." for sentence in sentences])


def _input_tokens(system: str | None, prompt: str, schema: str) -> int:
    told = _TOKENS_AROUND + estimate_tokens(system) if system else 0
    return told + _TOKENS_AROUND + estimate_tokens(prompt) + _schema_tokens(schema)


@lru_cache(_KEPT_SCHEMAS)
def _schema_tokens(schema: str) -> int:
    return estimate_tokens(schema)


def _cut_off(text: str, most: int) -> str:
    """Return the longest beginning that has at most so many tokens."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if estimate_tokens(text[:middle]) <= most else (low, middle - 1)
    return text[:low]
