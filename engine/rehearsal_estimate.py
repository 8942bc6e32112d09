"""Works out what one step would ask or write in earnest, from what it did in a rehearsal and from past runs. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.rehearsal_facts import Asked, Example, Past, Reason, StepFacts
from engine.said import AnswerLength, Said, Takes
from runners.providers.base import Usage

_TOKENS_PER_SECOND = 60
_SECONDS_PER_CALL = 1.0
"""What a live call is taken to last where nothing is known: so long, and a second for each 60 tokens of the answer."""

_COUNTS = ("inserted", "updated", "unchanged", "superseded")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What a generating step would ask in earnest; the counts of answers are those of the rehearsal."""

    provider: str
    model: str
    mode: str
    prompt: tuple[str, int] | None
    asked: int
    accepted: int
    reasons: Sequence[Reason]
    requests: int
    """What a real run would have to buy, of all items."""
    bought_before: int
    input_tokens: int
    output_tokens: int
    output_tokens_as: Said
    about_usd: Decimal
    at_most_usd: Decimal
    price_is_upper_bound: bool
    seconds: float | None
    duration: Said
    examples: Sequence[Example]

    @property
    def rejected(self) -> int:
        return self.asked - self.accepted


@dataclass(frozen=True, slots=True, kw_only=True)
class Loading:
    """What a load would write, and what became of the rows that were tried."""

    table: str
    mode: str
    creates: bool
    rows: int
    tried: int
    inserted: int
    updated: int
    unchanged: int
    superseded: int
    refused: int
    reasons: Sequence[str]
    columns: Sequence[Mapping[str, str]]


def estimate(
    step: StepFacts,
    asked: Asked,
    past: Past,
    *,
    scale: float,
    reasons: Sequence[Reason],
    examples: Sequence[Example],
) -> Asking:
    """Return what the step would ask for all items. Every request counts once: answers that are refused cost more."""
    bought = sum(one.get("bought_before", 0) for one in step.rehearsals)
    requests = round((asked.requests - bought) * scale)
    usage, usage_as = _usage(asked, past)
    seconds, duration = _duration(step, asked, past, output_tokens=usage.output_tokens, requests=requests)
    share = Decimal(requests) / asked.requests
    return Asking(
        provider=asked.provider,
        model=asked.model,
        mode=asked.mode,
        prompt=asked.prompt,
        asked=asked.requests,
        accepted=asked.accepted,
        reasons=reasons,
        requests=requests,
        bought_before=round(bought * scale),
        input_tokens=usage.input_tokens * requests,
        output_tokens=usage.output_tokens * requests,
        output_tokens_as=usage_as,
        about_usd=asked.price.cost(usage) * requests,
        at_most_usd=asked.at_most_usd * share,
        price_is_upper_bound=asked.price.is_upper_bound,
        seconds=seconds,
        duration=duration,
        examples=examples,
    )


def _usage(asked: Asked, past: Past) -> tuple[Usage, Said]:
    """Return the tokens of a typical request, and on what the length of its answer is based."""
    answered = max(asked.answered, 1)
    inputs = math.ceil(asked.input_tokens / answered)
    if past.alike_output_tokens is not None:
        words = f"the last {past.alike_answers:,} answers of {asked.model} in steps of this name"
        values = {"answers": past.alike_answers, "model": asked.model}
        return Usage(inputs, math.ceil(past.alike_output_tokens)), Said(AnswerLength.OF_STEP, values, words)
    if past.output_tokens is not None:
        words = f"the last {past.answers:,} answers of {asked.model}"
        values = {"answers": past.answers, "model": asked.model}
        return Usage(inputs, math.ceil(past.output_tokens)), Said(AnswerLength.OF_MODEL, values, words)
    made_up = Said(AnswerLength.SIMULATED, {}, "the simulated answers")
    return Usage(inputs, math.ceil(asked.output_tokens / answered)), made_up


def _duration(
    step: StepFacts, asked: Asked, past: Past, *, output_tokens: int, requests: int
) -> tuple[float | None, Said]:
    """Return how long asking would take, in seconds where that is known, and in words."""
    means = step.rehearsals[0] if step.rehearsals else {}
    if requests == 0:
        return 0.0, Said(Takes.NOTHING_TO_ASK, {}, "nothing to ask")
    if asked.mode == "batch":
        return past.job_seconds, _duration_of_job(asked, past, window=means.get("window_seconds"))
    return _duration_of_calls(past, output_tokens=output_tokens, requests=requests, at_once=means.get("concurrency", 1))


def _duration_of_job(asked: Asked, past: Past, *, window: float | None) -> Said:
    if past.job_seconds is not None:
        words = f"about {in_words(past.job_seconds)}, as the last {past.jobs} jobs"
        return Said(Takes.LIKE_JOBS, {"about_seconds": past.job_seconds, "jobs": past.jobs}, words)
    if window:
        words = f"within {in_words(window)}, the window of {asked.provider}"
        return Said(Takes.WITHIN_WINDOW, {"window_seconds": window, "provider": asked.provider}, words)
    return Said(Takes.UNKNOWN, {}, "not known")


def _duration_of_calls(past: Past, *, output_tokens: int, requests: int, at_once: int) -> tuple[float, Said]:
    if past.request_seconds is not None:
        seconds = requests * past.request_seconds
        words = f"about {in_words(seconds)}, as the last {past.jobs} runs of calls"
        return seconds, Said(Takes.LIKE_CALLS, {"about_seconds": seconds, "jobs": past.jobs}, words)
    seconds = requests * (_SECONDS_PER_CALL + output_tokens / _TOKENS_PER_SECOND) / at_once
    words = f"about {in_words(seconds)}, if {at_once} calls at once answer {_TOKENS_PER_SECOND} tokens a second"
    values = {"about_seconds": seconds, "calls": at_once, "rate": _TOKENS_PER_SECOND}
    return seconds, Said(Takes.BY_CONCURRENCY, values, words)


def in_words(seconds: float) -> str:
    """Return a length of time in one unit."""
    if seconds < 120:
        return f"{math.ceil(seconds)} s"
    return f"{round(seconds / 60)} min" if seconds < 7_200 else f"{seconds / 3_600:.3g} h"


def own_scale(step: StepFacts) -> float:
    """Return for how many items of the real run one stands, that this step itself has left others out of."""
    made = step.result.get("items", 0) + step.result.get("failed", 0)
    whole = sum(one["of"] for one in step.rehearsals if "tried" not in one)
    return float(whole / made) if whole and made else 1.0


def loading(step: StepFacts, *, scale: float) -> Loading | None:
    """Return what a load would write; None for a step that loads nothing."""
    tried = [one for one in step.rehearsals if "tried" in one]
    if not tried:
        return None
    sums = {name: sum(one[name] for one in tried) for name in (*_COUNTS, "tried")}
    first: Mapping[str, Any] = tried[0]
    return Loading(
        table=first["table"],
        mode=first["mode"],
        creates=first["creates"],
        rows=round(sum(one["of"] for one in tried) * scale),
        refused=sum(one["dead"] for one in tried),
        reasons=[refused["reason"] for one in tried for refused in one["refused"]],
        columns=first["columns"],
        **sums,
    )
