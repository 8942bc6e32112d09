"""Answers that the OpenAI API keeps on request, and finds again by their metadata."""

from collections.abc import Mapping
from typing import Any

from services.emulator.clock import Clock
from services.emulator.errors import ApiError


class Stored:
    """Answers that were asked to be kept, by id, in the order in which they came."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._answers: dict[str, tuple[float, dict[str, Any]]] = {}

    def keep(self, answer: dict[str, Any], *, hidden: float) -> None:
        self._answers[answer["id"]] = (self._clock.now() + hidden, answer)

    def get(self, answer_id: str) -> dict[str, Any]:
        """Return an answer.

        Raises:
            ApiError: there is none.
        """
        if answer_id not in self._answers:
            raise ApiError(404, f"There is no stored answer with the id '{answer_id}'.")
        return self._answers[answer_id][1]

    def delete(self, answer_id: str) -> None:
        self.get(answer_id)
        del self._answers[answer_id]

    def listed(self, *, metadata: Mapping[str, str], model: str | None) -> list[dict[str, Any]]:
        """Return what lists show by now, oldest first: those with all of this metadata."""
        now = self._clock.now()
        shown = [answer for visible_at, answer in self._answers.values() if visible_at <= now]
        return [
            answer
            for answer in shown
            if model in {None, answer["model"]} and metadata.items() <= answer["metadata"].items()
        ]

    def clear(self) -> None:
        self._answers = {}
