"""What must be true of the ledger and of the provider's bill, however often the work was broken off."""

from collections import Counter
from typing import Any

import psycopg

from services.emulator.books import SHOWN_PROMPT
from tests.emulators import RunningEmulator

OPEN = "select id, provider, state from provider_batch where state not in ('ingested', 'abandoned')"
OPEN_ASKS = "select provider_batch_id, ordinal from provider_batch_item where state = 'open'"
ACCEPTED_TWICE = (
    "select step_id, seq from provider_batch_item where state = 'succeeded' group by 1, 2 having count(*) > 1"
)
BOUGHT = "select prompt, input_tokens, output_tokens from provider_batch_item where input_tokens is not null"
KEPT = "select count(*), coalesce(sum(input_tokens), 0), coalesce(sum(output_tokens), 0) from provider_answer"
WRITTEN = "select coalesce(sum(input_tokens), 0), coalesce(sum(output_tokens), 0) from provider_batch"
LOST = "select coalesce(sum(lost_replies), 0)::int from provider_batch"
UNANSWERED = (
    "select item.seq, item.state, item.error from batch_item as item join batch_step as step on step.id = item.step_id"
    " where step.batch_instance_id = %s and step.step_key like 'generate%%' and item.state <> 'succeeded'"
)
ANSWERED = (
    "select step.step_key, item.payload ->> 'n', count(*) from batch_item as item"
    " join batch_step as step on step.id = item.step_id"
    " where step.batch_instance_id = %s and step.step_key like 'generate%%' and item.state = 'succeeded' group by 1, 2"
)


def assert_all_answered(connection: psycopg.Connection[Any], instance_id: int, *, items: int, steps: int = 1) -> None:
    """Each item of the instance's generating steps has its answer, exactly one."""
    assert _all(connection, UNANSWERED, instance_id) == []
    answered = _all(connection, ANSWERED, instance_id)
    assert len(answered) == items * steps, "items are lost"
    assert {count for _, _, count in answered} <= {1}, "an item is there twice"


def assert_closed(connection: psycopg.Connection[Any]) -> None:
    """No job and no request is left open, and no item was given two accepted answers."""
    assert _all(connection, OPEN) == []
    assert _all(connection, OPEN_ASKS) == []
    assert _all(connection, ACCEPTED_TWICE) == []


def assert_books_agree(connection: psycopg.Connection[Any], emulator: RunningEmulator) -> int:
    """Return how many answers were billed and lost; all others are in the ledger, billed once, to the token.

    An answer that was lost in live mode, and that the provider cannot look up, is billed and bought again: such are
    counted in ``lost_replies``, which may be too many (the call may not have come through) and never too few.
    """
    assert_closed(connection)
    bought, billed = _bought(connection), _billed(emulator)
    lost = billed - bought
    assert not bought - billed, "the ledger has answers that nobody was billed for"
    assert lost.total() <= _all(connection, LOST)[0][0], f"billed, and not in the ledger: {lost}"
    if not lost:
        _assert_same_tokens(connection, emulator.bill("none")["totals"])
    return lost.total()


def assert_bought_once(connection: psycopg.Connection[Any], emulator: RunningEmulator) -> None:
    """Not one request was billed twice, and what was billed is in the ledger."""
    assert assert_books_agree(connection, emulator) == 0
    assert emulator.bill("repeated")["requests"] == []


def _assert_same_tokens(connection: psycopg.Connection[Any], totals: dict[str, Any]) -> None:
    tokens = (totals["input_tokens"], totals["output_tokens"])
    assert _all(connection, KEPT) == [(totals["billed"], *tokens)]
    assert _all(connection, WRITTEN) == [tokens]


def _bought(connection: psycopg.Connection[Any]) -> Counter[str]:
    return Counter(prompt[:SHOWN_PROMPT] for prompt, _, _ in _all(connection, BOUGHT))


def _billed(emulator: RunningEmulator) -> Counter[str]:
    billed: Counter[str] = Counter()
    for entry in emulator.bill()["requests"]:
        billed[entry["prompt"]] += entry["times"]
    return billed


def _all(connection: psycopg.Connection[Any], query: str, *binds: Any) -> list[tuple[Any, ...]]:
    return connection.execute(query, binds or None).fetchall()
