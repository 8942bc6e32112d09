"""What the model says: a made answer, an ordered text, or an answer that a fault has spoilt; and the bill for it."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from runners.providers.answers import MadeAnswer, make_answer
from runners.providers.base import Finish, Usage
from runners.providers.tokens import estimate_tokens
from services.emulator.books import Books
from services.emulator.errors import ApiError
from services.emulator.faults import ON_ANSWERS, FaultKind, Faults
from services.emulator.purchases import Purchase

REFUSAL = "I'm sorry, but I can't help with that."


@dataclass(frozen=True, slots=True)
class Answer:
    """The model's text (a refusal's words, if ``finish`` says so), why it stopped, and the tokens it cost."""

    text: str
    finish: Finish
    usage: Usage


class OrderedAnswer(BaseModel):
    """A text that is answered to prompts that hold ``contains``, instead of the made one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    contains: str
    text: str
    finish: Finish = Finish.STOP
    count: Annotated[int, Field(ge=1)] | None = None
    """How many prompts it answers; without, all."""


class OrderedAnswers:
    """Texts that were ordered, the latest first; safe to take from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left: list[tuple[OrderedAnswer, int | None]] = []

    def order(self, answer: OrderedAnswer) -> None:
        with self._lock:
            self._left.insert(0, (answer, answer.count))

    def clear(self) -> None:
        with self._lock:
            self._left = []

    def take(self, prompt: str) -> OrderedAnswer | None:
        if not self._left:
            return None
        with self._lock:
            for place, (answer, left) in enumerate(self._left):
                if answer.contains in prompt and left != 0:
                    self._left[place] = (answer, left - 1 if left is not None else None)
                    return answer
        return None


class Model:
    """Answers purchases and bills them."""

    def __init__(self, *, faults: Faults, ordered: OrderedAnswers, books: Books) -> None:
        self._faults = faults
        self._ordered = ordered
        self._books = books

    def answer(self, purchase: Purchase, *, job: str | None = None, billed: bool = True) -> Answer:
        """Return the answer, billed to the job or as a live call.

        Raises:
            ApiError: a fault says that the model fails here; nothing is billed.
        """
        self._fail_if_ordered(purchase)
        answer = self._spoilt(self._made(purchase), purchase)
        if billed:
            self._books.bill(purchase, usage=answer.usage, job=job)
        return answer

    def _fail_if_ordered(self, purchase: Purchase) -> None:
        fault = self._faults.draw(
            {FaultKind.LINE_ERROR}, route=purchase.route, token=purchase.digest, text=purchase.prompt
        )
        if fault is not None:
            raise ApiError(500, "The server had an error while processing your request.", code="server_error")

    def _made(self, purchase: Purchase) -> Answer:
        made = _make(purchase)
        ordered = self._ordered.take(purchase.prompt)
        if ordered is None:
            return Answer(made.text, made.finish, made.usage)
        return _with_text(Answer(made.text, ordered.finish, made.usage), ordered.text)

    def _spoilt(self, answer: Answer, purchase: Purchase) -> Answer:
        fault = self._faults.draw(ON_ANSWERS, route=purchase.route, token=purchase.digest, text=purchase.prompt)
        return answer if fault is None else _spoil(answer, fault.kind)


def _make(purchase: Purchase) -> MadeAnswer:
    try:
        return make_answer(
            model=purchase.model,
            system=purchase.system,
            prompt=purchase.prompt,
            response_schema=purchase.response_schema,
            max_output_tokens=purchase.max_output_tokens,
        )
    except ValueError as error:
        raise ApiError(400, f"Invalid schema for the response: {error}", code="invalid_json_schema") from error


def _spoil(answer: Answer, kind: FaultKind) -> Answer:
    match kind:
        case FaultKind.REFUSAL:
            return _with_text(replace(answer, finish=Finish.REFUSED), REFUSAL)
        case FaultKind.FILTERED:
            return _with_text(replace(answer, finish=Finish.FILTERED), "")
        case FaultKind.CUT_OFF:
            return _with_text(replace(answer, finish=Finish.LENGTH), answer.text[: len(answer.text) // 2])
        case FaultKind.MALFORMED:
            # Prose around it, its last bracket gone: what models do, and what no lenient parser reads as an object.
            return _with_text(answer, f"Sure! Here it is: {answer.text[: len(answer.text) // 3]}")
        case _:
            raise AssertionError(f"{kind} is no fault of answers")


def _with_text(answer: Answer, text: str) -> Answer:
    usage = replace(answer.usage, output_tokens=estimate_tokens(text))
    return replace(answer, text=text, usage=usage)


def text_field(body: Mapping[str, Any], name: str) -> str:
    """Return a field that must be text and not empty.

    Raises:
        ApiError: it is not.
    """
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise ApiError(400, f"{name!r} must be a non-empty string, not {value!r}")
    return value
