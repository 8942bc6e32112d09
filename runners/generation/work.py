"""One attempt's work: whom it asks, with what words, on what terms, for which items."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from runners.base import InvalidStep, Json, StepRequest
from runners.generation.desk import Desk
from runners.generation.items import StepItems
from runners.generation.params import Asking, Choice
from runners.generation.requests import Frame, Requester
from runners.generation.shift import Shift
from runners.generation.terms import Terms
from runners.prompts import PromptVersion, pinned
from runners.providers.base import Provider
from runners.providers.prices import PriceList, UnknownPrice

_GRACE_SECONDS = 7_200
"""Beyond a provider's window before a job counts as stuck."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """The words of the step: its prompt as pinned for the instance, or as written in the definition."""

    body: str
    system: str | None
    schema: dict[str, Json] | None
    key: str | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What planning and asking need to know. ``choice`` counts the providers of the step."""

    request: StepRequest
    params: Asking
    script: Script
    desk: Desk
    items: StepItems
    prices: PriceList
    total: int
    rounds: int
    shift: Shift
    since: datetime | None = None
    """Answers from before do not count: what they were given for is asked for anew; None: every answer counts."""
    instead_of: str | None = None
    """In a rehearsal: the provider that is not asked, but whose price holds."""

    def choice(self, number: int) -> Choice:
        choices = self.params.choices()
        return choices[min(number, len(choices) - 1)]

    def has_choice(self, number: int) -> bool:
        return number < len(self.params.choices())

    def provider(self, choice: Choice) -> Provider:
        return self.desk.providers.get(choice.provider)

    def frame(self, choice: Choice) -> Frame:
        params = self.params
        return Frame(
            model=choice.model,
            system=self.script.system,
            response_schema=self.script.schema,
            max_output_tokens=params.max_output_tokens,
            temperature=params.temperature,
            options=params.options,
            prompt_key=self.script.key,
            prompt_version=self.script.version,
        )

    def requester(self, choice: Choice) -> Requester:
        salt = f"instance {self.request.instance_id}" if self.params.reuse == "instance" else ""
        return Requester(
            self.script.body, self.frame(choice), provider=choice.provider, values=self.request.values, salt=salt
        )

    def terms(self, choice: Choice, *, mode: str) -> Terms:
        """Return the terms of a job.

        Raises:
            InvalidStep: no price is known, and the definition does not say that it is free.
        """
        poll = self.params.poll
        window = self.provider(choice).limits.window.total_seconds() + _GRACE_SECONDS
        try:
            price = self.prices.find(self.instead_of or choice.provider, choice.model, mode)
        except UnknownPrice as unknown:
            if self.params.unknown_price == "refuse":
                raise InvalidStep(str(unknown)) from unknown
            price = PriceList.FREE
        return Terms(
            price=price,
            interval_seconds=poll.interval_seconds,
            deadline_seconds=poll.deadline_hours * 3600 if poll.deadline_hours else window,
            settle_seconds=poll.settle_seconds,
            max_tries=self.params.max_tries * self.rounds,
            instead_of=self.instead_of,
        )


async def load_script(request: StepRequest, params: Asking) -> Script:
    """Return the step's words: those of the pinned prompt, where the definition does not say otherwise."""
    if params.prompt is None:
        return Script(body=params.template or "", system=params.system, schema=params.json_schema)
    async with request.transaction() as connection:
        prompt: PromptVersion = await pinned(connection, instance_id=request.instance_id, key=params.prompt)
    schema = params.json_schema if params.json_schema is not None else prompt.response_schema
    return Script(
        body=prompt.body,
        system=params.system if params.system is not None else prompt.render_system(request.values),
        schema=dict(schema) if schema is not None else None,
        key=prompt.key,
        version=prompt.version,
    )


def missing_fields(names: Sequence[str], known: Sequence[str]) -> None:
    """Refuse fields that no item has."""
    if known and (missing := [name for name in names if name not in known]):
        raise InvalidStep(f"the items have no field {', '.join(missing)}; they have: {', '.join(known)}")
