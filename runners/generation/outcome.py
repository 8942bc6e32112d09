"""What becomes of a request and of its item, once a reply is there. Pure: replies in, rows to be written out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from runners.base import Json
from runners.generation.ladder import Accepted, Rejected, Verdict, judge
from runners.generation.merging import Merger
from runners.generation.requests import Pending
from runners.generation.rows import Bought, ClosedAsk, JobRow, KnownAnswer, OpenAsk, SettledItem
from runners.providers.base import Failure, Finish, Reply
from runners.storable import safe_text, to_json

_LIMIT = 2_000
"""Characters of an error that are kept with a request or an item."""

NO_ANSWER = Failure(code="missing", message="the provider's output has no line for this request", is_retryable=True)


@dataclass(slots=True)
class Outcomes:
    """What a chunk of replies comes to."""

    bought: list[Bought] = field(default_factory=list)
    closed: list[ClosedAsk] = field(default_factory=list)
    items: list[SettledItem] = field(default_factory=list)
    given_up: list[tuple[int, str]] = field(default_factory=list)
    """Items that get no answer any more, with the reason."""


def weigh(job: JobRow, asks: Iterable[OpenAsk], replies: Mapping[int, Reply], *, merger: Merger | None) -> Outcomes:
    """Judge the replies to a job's requests."""
    outcomes = Outcomes()
    for ask in asks:
        reply = replies[ask.ordinal]
        if reply.failure is not None:
            _fail(outcomes, job, ask, reply.failure)
        else:
            _answer(outcomes, job, ask, reply, merger=merger)
    return outcomes


def _fail(outcomes: Outcomes, job: JobRow, ask: OpenAsk, failure: Failure) -> None:
    # What we have cancelled was not the item's fault: it gets the try that the second provider is there for.
    most = job.terms.max_tries + job.is_cancelled
    again = failure.is_retryable and ask.tried + 1 < most
    error = f"{failure.code}: {failure.message}"[:_LIMIT]
    outcomes.closed.append(ClosedAsk(ask.ordinal, "failed" if again else "dead", failure.code, error))
    if ask.payload is None:
        return
    # It counts as no try of the item: those say which purchase the next request is, and nothing was bought.
    outcomes.items.append(SettledItem(ask.seq, "pending" if again else "failed", error=None if again else error))
    if not again:
        outcomes.given_up.append((ask.seq, error))


def _answer(outcomes: Outcomes, job: JobRow, ask: OpenAsk, reply: Reply, *, merger: Merger | None) -> None:
    kept = bought(job, ask.hash, reply)
    cost, usage = kept.cost_usd, reply.usage
    outcomes.bought.append(kept)
    verdict = judge(reply.text, finish=reply.finish, schema=job.frame.response_schema)
    again = ask.tried + 1 < job.terms.max_tries
    outcomes.closed.append(_closed(ask, verdict, again=again, reply=reply, cost=cost))
    if ask.payload is not None and merger is not None:
        pending = Pending(ask.seq, ask.payload, ask.tried, None)
        tokens = usage.input_tokens + usage.output_tokens
        _settle(outcomes, pending, verdict, merger=merger, again=again, tokens=tokens, cost=cost)


def _closed(ask: OpenAsk, verdict: Verdict, *, again: bool, reply: Reply, cost: Decimal) -> ClosedAsk:
    usage = reply.usage
    spent = (usage.input_tokens, usage.output_tokens, cost)
    match verdict:
        case Accepted(_, is_repaired):
            return ClosedAsk(ask.ordinal, "succeeded", "repaired" if is_repaired else None, None, *spent)
        case Rejected(reason, error):
            return ClosedAsk(ask.ordinal, "failed" if again else "dead", reason, error[:_LIMIT], *spent)


def _settle(
    outcomes: Outcomes,
    item: Pending,
    verdict: Verdict,
    *,
    merger: Merger,
    again: bool,
    tokens: int,
    cost: Decimal,
) -> None:
    match verdict:
        case Accepted(value):
            payload = to_json(merger.merged(item.payload, value))
            outcomes.items.append(SettledItem(item.seq, "succeeded", payload, None, 1, tokens, cost))
        case Rejected(reason, error):
            # An item that is asked again keeps the bare error: it is for the model.
            state, said = ("pending", error) if again else ("dead", f"{reason}: {error}")
            outcomes.items.append(SettledItem(item.seq, state, None, said[:_LIMIT], 1, tokens, cost))
            if not again:
                outcomes.given_up.append((item.seq, said[:_LIMIT]))


def bought(job: JobRow, request_hash: str, reply: Reply) -> Bought:
    """Return an answer as it is kept, with what it cost."""
    return Bought(
        hash=request_hash,
        raw=to_json(reply.raw),
        text=None if reply.text is None else safe_text(reply.text),
        finish=reply.finish,
        input_tokens=reply.usage.input_tokens,
        output_tokens=reply.usage.output_tokens,
        cost_usd=job.terms.price.cost(reply.usage),
    )


def recall(
    items: Iterable[tuple[Pending, KnownAnswer]],
    *,
    schema: Mapping[str, Json] | None,
    max_tries: int,
    merger: Merger,
) -> Outcomes:
    """Settle items with answers that were bought before: they cost nothing, and are judged as on the first day."""
    outcomes = Outcomes()
    for item, known in items:
        verdict = judge(known.text, finish=Finish(known.finish), schema=schema)
        again = item.tries + item.in_vain + 1 < max_tries
        _settle(outcomes, item, verdict, merger=merger, again=again, tokens=0, cost=Decimal(0))
    return outcomes


def refuse(items: Iterable[tuple[int, str]]) -> Outcomes:
    """Give up items whose prompt cannot be made."""
    outcomes = Outcomes()
    for seq, error in items:
        outcomes.items.append(SettledItem(seq, "failed", error=error[:_LIMIT]))
        outcomes.given_up.append((seq, error[:_LIMIT]))
    return outcomes
