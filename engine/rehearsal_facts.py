"""Reads what a rehearsal has left in the tables, and what past runs say of the providers it stood in for.

Decides nothing: ``rehearsal_report`` works out what it means.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.database import Connection, sql
from runners.base import Json
from runners.generation.terms import Terms
from runners.providers.prices import Price


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The instance."""

    definition: str
    version: int
    status: str
    error: str | None
    sample: int | None
    step: str | None
    using: int | None
    is_draft: bool
    budget_usd: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFacts:
    """How one step ended; ``rehearsals`` is what its runner, or that of each of its shards, says of the rehearsal."""

    key: str
    state: str
    error: str | None
    result: Mapping[str, Json]
    rehearsals: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a step has asked the stand-in, and who was meant; tokens and the bound are sums over the answers."""

    provider: str
    model: str
    mode: str
    price: Price
    prompt: tuple[str, int] | None
    requests: int
    accepted: int
    answered: int
    input_tokens: int
    output_tokens: int
    at_most_usd: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What real runs with the provider and model that are meant have shown; ``alike`` is of steps of the same name."""

    answers: int
    output_tokens: float | None
    alike_answers: int
    alike_output_tokens: float | None
    jobs: int
    job_seconds: float | None
    request_seconds: float | None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why so many items got no answer that can be used, and the error of one of them."""

    reason: str
    items: int
    example: str | None


@dataclass(frozen=True, slots=True)
class Example:
    """One request, whole, and its made-up answer."""

    system: str | None
    prompt: str
    answer: str | None
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that is known of one rehearsal; by step key where it is about steps."""

    instance_id: int
    head: Head
    steps: Sequence[StepFacts]
    asked: Mapping[str, Asked]
    past: Mapping[str, Past]
    reasons: Mapping[str, Sequence[Reason]]
    examples: Mapping[str, Sequence[Example]]


async def read_facts(connection: Connection, instance_id: int) -> Facts:
    """Read everything about a rehearsal.

    Raises:
        LookupError: there is none of this id.
    """
    asked = await _asked(connection, instance_id)
    return Facts(
        instance_id=instance_id,
        head=await _head(connection, instance_id),
        steps=await _steps(connection, instance_id),
        asked=asked,
        past={key: await _past(connection, key, one) for key, one in asked.items()},
        reasons=_by_step(Reason, await _rows(connection, "rehearsed_reasons", id=instance_id)),
        examples=_by_step(Example, await _rows(connection, "rehearsed_examples", id=instance_id)),
    )


async def _rows(connection: Connection, statement: str, **binds: Any) -> list[tuple[Any, ...]]:
    return await (await connection.execute(sql(statement), binds)).fetchall()


async def _head(connection: Connection, instance_id: int) -> Head:
    rows = await _rows(connection, "load_rehearsal", id=instance_id)
    if not rows:
        raise LookupError(f"there is no rehearsal {instance_id}; `batchdag instances` lists them")
    definition, version, status, error, rehearsal, budget = rows[0]
    return Head(
        definition=definition,
        version=version,
        status=status,
        error=error,
        sample=rehearsal.get("sample"),
        step=rehearsal.get("step"),
        using=rehearsal.get("using"),
        is_draft=rehearsal.get("draft", False),
        budget_usd=budget,
    )


async def _steps(connection: Connection, instance_id: int) -> list[StepFacts]:
    rows = await _rows(connection, "rehearsed_steps", id=instance_id)
    said: dict[str, list[Mapping[str, Any]]] = {}
    for key, _, _, _, result in rows:
        if "rehearsal" in result:
            said.setdefault(key, []).append(result["rehearsal"])
    return [
        StepFacts(key=key, state=state, error=error, result=result, rehearsals=said.get(key, []))
        for key, shard, state, error, result in rows
        if shard == 0
    ]


async def _asked(connection: Connection, instance_id: int) -> dict[str, Asked]:
    rows = await _rows(connection, "rehearsed_asks", id=instance_id)
    return {row[0]: _one_asked(*row[1:]) for row in rows}


def _one_asked(
    model: str,
    mode: str,
    terms: Mapping[str, Any],
    request: Mapping[str, Any],
    *numbers: Any,
) -> Asked:
    agreed = Terms.from_json(terms)
    requests, accepted, answered, inputs, outputs, at_most = numbers
    key = request["prompt_key"]
    return Asked(
        provider=agreed.instead_of or "simulated",
        model=model,
        mode=mode,
        price=agreed.price,
        prompt=None if key is None else (key, request["prompt_version"]),
        requests=requests,
        accepted=accepted,
        answered=answered,
        input_tokens=int(inputs),
        output_tokens=int(outputs),
        at_most_usd=at_most,
    )


async def _past(connection: Connection, key: str, asked: Asked) -> Past:
    [answers] = await _rows(
        connection, "past_answers", provider=asked.provider, model=asked.model, step_key=key
    )  # fmt: skip
    [jobs] = await _rows(connection, "past_jobs", provider=asked.provider, mode=asked.mode)
    return Past(
        answers=answers[0],
        output_tokens=_number(answers[1]),
        alike_answers=answers[2],
        alike_output_tokens=_number(answers[3]),
        jobs=jobs[0],
        job_seconds=_number(jobs[1]),
        request_seconds=_number(jobs[2]),
    )


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _by_step(made: type[Any], rows: Sequence[tuple[Any, ...]]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for key, *values in rows:
        found.setdefault(key, []).append(made(*values))
    return found
