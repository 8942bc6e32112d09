"""What is asked for an item, and when two requests are the same purchase. Pure."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from definitions.errors import ExpressionError
from definitions.templates import ITEM_NAMES, Template
from runners.base import InvalidStep, Json
from runners.providers.base import Ask

Payload = dict[str, Json]

_FEEDBACK = "\n\nYour previous answer to this could not be used: {error}\nAnswer again, and mend exactly that."
_MOST_FEEDBACK = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What all requests of one job have in common; kept in ``provider_batch.request``."""

    model: str
    system: str | None = None
    response_schema: Mapping[str, Json] | None = None
    max_output_tokens: int = 1024
    temperature: float | None = None
    options: Mapping[str, Json] = field(default_factory=dict)
    prompt_key: str | None = None
    prompt_version: int | None = None

    def to_json(self) -> dict[str, Json]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Frame":
        return cls(**stored)

    def ask(self, prompt: str, *, key: str) -> Ask:
        """Return the request for one prompt, under our key for it."""
        return Ask(
            key=key,
            model=self.model,
            prompt=prompt,
            system=self.system,
            response_schema=self.response_schema,
            max_output_tokens=self.max_output_tokens,
            temperature=self.temperature,
            options=self.options,
        )


@dataclass(frozen=True, slots=True)
class Pending:
    """An item that has no accepted answer yet."""

    seq: int
    payload: Payload
    tries: int
    """How many answers were bought for it and refused."""
    error: str | None
    """Why the last one was refused."""
    in_vain: int = 0
    """How often it was asked for and no answer was made."""


@dataclass(frozen=True, slots=True)
class Request:
    """One item's next request."""

    seq: int
    tried: int
    """How often the item was asked for before, answered or not."""
    prompt: str
    hash: str
    bought: int = 0
    """How many answers were bought for the item before."""


class Requester:
    """Makes the requests of one step: renders the prompt for each item and hashes the whole request."""

    def __init__(
        self, template: str, frame: Frame, *, provider: str, values: Mapping[str, Json], salt: str = ""
    ) -> None:
        self._template = _parsed(template)
        self._values = values
        shared: list[Json] = [provider, frame.model, frame.system, frame.response_schema, frame.max_output_tokens]
        shared += [frame.temperature, frame.options, salt]
        self._shared = hashlib.sha256(json.dumps(shared, sort_keys=True, default=str).encode())

    def requests(self, items: Iterable[Pending]) -> Iterator[Request | tuple[int, str]]:
        """Yield each item's request; for one whose template fails, ``(seq, error)``."""
        for item in items:
            try:
                prompt = self._template.render({**self._values, "item": item.payload})
            except ExpressionError as error:
                yield item.seq, f"prompt: it cannot be made: {error}"
                continue
            if item.tries and item.error:
                prompt += _FEEDBACK.format(error=item.error[:_MOST_FEEDBACK])
            request_hash = self.hash_of(prompt, tries=item.tries)
            yield Request(item.seq, item.tries + item.in_vain, prompt, request_hash, item.tries)

    def renewed(self, request: Request, again: int) -> Request:
        """Return the request as a purchase of its own, the ``again``-th after the first."""
        return replace(request, hash=self.hash_of(request.prompt, tries=request.bought, again=again))

    def hash_of(self, prompt: str, *, tries: int, again: int = 0) -> str:
        """Return what identifies the purchase; a second try is one of its own, also where its words are the same."""
        digest = self._shared.copy()
        renewal = f"again {again}\n" if again else ""
        digest.update(f"{renewal}{tries}\n{prompt}".encode("utf-8", "surrogatepass"))
        return digest.hexdigest()


def _parsed(text: str) -> Template:
    try:
        return Template.parse(text, names=ITEM_NAMES)
    except ExpressionError as error:
        raise InvalidStep(f"the prompt cannot be used: {error}") from error
