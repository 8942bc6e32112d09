"""Why items of a step failed, and one item with what was asked for it and answered."""

from typing import Any

import pytest
from psycopg.types.json import Jsonb

from tests.generating import generating
from tests.harness import Harness, step
from tests.serving import Served

FOLDED = [
    ("line 3: 'Müller' is 12.5 too long", 'line #: "…" is # too long'),
    ('answer.level: must be at most 6, found "seven"', 'answer.level: must be at most #, found "…"'),
    ("the model's answer isn't JSON", "the model's answer isn't JSON"),
    (None, "no error was recorded"),
]


@pytest.mark.parametrize(("error", "folded"), FOLDED)
async def test_errors_of_one_kind_are_folded_to_the_same_words(idle: Harness, error: str, folded: str) -> None:
    assert await idle.rows("select fold_error(%s::text)", error) == [(folded,)]


async def failed_items(served: Served, *errors: str) -> str:
    """A step `a` with one succeeded item, and one that failed for each error; return its path."""
    await served.harness.define(step("a"))
    instance = await served.harness.engine.start("pipeline")
    [(step_id,)] = await served.rows(
        "insert into batch_step (batch_instance_id, step_key, runner) values (%s, 'a', 'noop') returning id", instance
    )
    await served.rows("insert into batch_item (step_id, seq, payload) values (%s, 0, '{}') returning seq", step_id)
    for seq, error in enumerate(errors, start=1):
        await served.rows(
            "insert into batch_item (step_id, seq, state, payload, error) values (%s, %s, %s, %s, %s) returning seq",
            step_id, seq, "dead" if seq % 2 else "failed", Jsonb({"n": seq}), error,
        )  # fmt: skip
    return f"/instances/{instance}/steps/a"


async def test_failures_are_grouped_by_reason_and_its_members_are_listed(idle_served: Served) -> None:
    path = await failed_items(idle_served, "no such row 1", 'schema: "x" is bad', "no such row 2", "no such row 30")
    groups = (await idle_served.viewer.get(f"{path}/failures")).json()["data"]
    assert [(group["reason"], group["items"], group["example_seq"]) for group in groups] == [
        ("no such row #", 3, 1), ('schema: "…" is bad', 1, 2),
    ]  # fmt: skip
    assert (groups[0]["example_error"], groups[0]["example_shard"], groups[0]["class"]) == ("no such row 1", 0, None)
    seqs, after = [], None
    for _ in range(2):
        query = {"reason": groups[0]["reason"], "limit": 2} | ({"after": after} if after else {})
        answer = (await idle_served.viewer.get(f"{path}/items", params=query)).json()
        seqs += [item["seq"] for item in answer["data"]]
        after = answer["next"]
    assert seqs == [1, 3, 4]
    assert len((await idle_served.viewer.get(f"{path}/failures", params={"limit": 1})).json()["data"]) == 1
    none = await idle_served.viewer.get(f"{path}/items", params={"reason": "another"})
    assert none.json()["data"] == []


async def test_an_item_shows_what_was_asked_and_what_was_made_of_the_answer(served: Served) -> None:
    ended = await served.harness.run(*generating(2, system="Be brief."))
    shown = await item(served, ended.instance_id, 1)
    assert (shown["state"], shown["payload"]["n"]) == ("succeeded", 1)
    (call,) = shown["calls"]
    assert (call["provider"], call["mode"], call["try"], call["state"]) == ("simulated", "batch", 1, "succeeded")
    assert (call["system"], call["prompt"]) == ("Be brief.", "Teach the word word1.")
    assert call["parsed"]["word"] in call["raw_answer"]
    assert (call["problem"], call["finish"]) == (None, "stop")
    assert call["asked_at"] <= call["answered_at"]
    assert call["output_tokens"] > 0


async def test_an_answer_that_was_no_use_is_shown_with_why(served: Served) -> None:
    ended = await served.harness.run(*generating(2, maxOutputTokens=4, maxTries=1))
    base = f"/instances/{ended.instance_id}/steps/generate"
    groups = (await served.viewer.get(f"{base}/failures")).json()["data"]
    assert [(group["items"], group["class"]) for group in groups] == [(2, "cut_off")]
    shown = await item(served, ended.instance_id, groups[0]["example_seq"])
    assert shown["error"] == groups[0]["example_error"]
    call = shown["calls"][-1]
    assert (call["state"], call["reason"], call["finish"], call["parsed"]) == ("dead", "cut_off", "length", None)
    assert call["raw_answer"]
    assert "cut off" in call["problem"]


async def test_an_item_that_there_is_not_is_not_found(idle_served: Served) -> None:
    path = await failed_items(idle_served)
    assert (await idle_served.viewer.get(f"{path}/items/0/0")).json()["calls"] == []
    for missing in (f"{path}/items/0/9", f"{path}/items/1/0", f"{path[:-1]}b/items/0/0", f"{path[:-1]}b/failures"):
        answer = await idle_served.viewer.get(missing)
        assert (answer.status_code, bool(answer.json()["hint"])) == (404, True), missing


async def item(served: Served, instance_id: int, seq: int) -> dict[str, Any]:
    answer = await served.viewer.get(f"/instances/{instance_id}/steps/generate/items/0/{seq}")
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown
