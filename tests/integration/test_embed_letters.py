"""Dead letters of embeddings: listed, shown, mended, sent on for another try, and loaded by the next run."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any

import numpy as np
import psycopg
import pytest

from tests.embedding_streams import DIMENSIONS, Fake, Rows, another_instance, ids, ingest, reasons, serving
from tests.requests import Bench
from tests.typing_commands import Type, Typed

Sql = psycopg.Connection[Any]
Asked = Callable[..., Awaitable[Typed]]


@pytest.fixture
def fake() -> Fake:
    fake = Fake(Rows.some(100))
    fake.rows.metadata[5] = "{broken"
    fake.rows.vectors[6] = fake.rows.vectors[6] * 0
    return fake


@pytest.fixture
async def address(fake: Fake, bench: Bench) -> AsyncIterator[str]:
    """A server whose data set was loaded once, but for rows 5 and 6."""
    async with serving(fake) as at:
        await ingest(bench, at)
        yield at


@pytest.fixture
def typed(command: Type) -> Asked:
    """Run ``batchdag dead-letters`` with these words."""
    return partial(asyncio.to_thread, command, "dead-letters")


def letters(connection: Sql) -> dict[str, tuple[int, str]]:
    """The rows of dead letters: id and state by the row's id."""
    found = connection.execute("select payload ->> 'id', id, state from dead_letter").fetchall()
    return {key: (letter, state) for key, letter, state in found}


def requeue(connection: Sql, key: str, **changes: Any) -> None:
    connection.execute(
        "update dead_letter set payload = payload || %s, state = 'requeued' where payload ->> 'id' = %s",
        (json.dumps(changes), key),
    )


async def test_a_letter_holds_the_whole_row(address: str, fake: Fake, connection: Sql) -> None:
    ((payload, reason),) = connection.execute(
        "select payload, reason from dead_letter where payload ->> 'id' = 'row-000005'"
    ).fetchall()
    vector = np.frombuffer(base64.b64decode(payload.pop("vector")), "<f4")
    assert (vector == fake.rows.vectors[5]).all()
    assert payload == {"place": 5, "version": "v1", "model": "model-a", "id": "row-000005", "metadata": "{broken"}
    assert reason.startswith("the metadata is not JSON")


async def test_a_mended_letter_is_loaded_by_the_next_run_and_its_row_has_no_second_letter(
    bench: Bench, address: str, connection: Sql
) -> None:
    requeue(connection, "row-000005", metadata={"title": "mended"})
    again = await another_instance(connection, bench)
    result = await ingest(again, address)
    assert result["dead"] == 2, "the source still has both"
    assert connection.execute("select metadata from job where id = 'row-000005'").fetchone() == ({"title": "mended"},)
    assert {key: state for key, (_, state) in letters(connection).items()} == {
        "row-000005": "resolved",
        "row-000006": "dead",
    }
    assert len(ids(connection)) == 99


async def test_a_letter_that_was_not_mended_is_dead_again_and_still_the_only_one(
    bench: Bench, address: str, connection: Sql
) -> None:
    requeue(connection, "row-000005")
    requeue(connection, "row-000006", vector=[0] * (DIMENSIONS - 1))
    before = letters(connection)
    await ingest(await another_instance(connection, bench), address)
    assert {key: letter for key, (letter, _) in letters(connection).items()} == {
        key: letter for key, (letter, _) in before.items()
    }
    assert reasons(connection)["row-000006"] == "the vector has 7 dimensions, the table 8"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"vector": "not base64!"}, "the vector is not base64"),
        ({"vector": None}, "the letter has no vector"),
        ({"vector": ["a"] * DIMENSIONS}, "the vector is not a list of numbers"),
        (
            {"vector": [1.5] * DIMENSIONS, "model": "model-b"},
            "by the model 'model-b', the table holds those by 'model-a'",
        ),
        ({"vector": [1e39] * DIMENSIONS}, "the vector is not finite"),
    ],
)
async def test_a_letter_that_was_mended_badly_says_why(
    bench: Bench, address: str, connection: Sql, changes: dict[str, Any], says: str
) -> None:
    requeue(connection, "row-000006", **changes)
    await ingest(await another_instance(connection, bench), address)
    assert says in reasons(connection)["row-000006"]


async def test_a_vector_may_be_mended_as_a_list(bench: Bench, address: str, connection: Sql) -> None:
    requeue(connection, "row-000006", vector=list(range(DIMENSIONS)))
    await ingest(await another_instance(connection, bench), address)
    found = connection.execute("select embedding::text from job_embedding where id = 'row-000006'").fetchone()
    assert found == ("[0,1,2,3,4,5,6,7]",)


async def test_a_row_that_the_source_has_mended_wins_over_the_letter(
    bench: Bench, address: str, fake: Fake, connection: Sql
) -> None:
    requeue(connection, "row-000005", metadata={"title": "by hand"})
    fake.rows.metadata[5] = '{"title": "at the source"}'
    fake.version = "v2"
    await ingest(await another_instance(connection, bench), address)
    assert connection.execute("select metadata ->> 'title' from job where id = 'row-000005'").fetchone() == (
        "at the source",
    )


async def test_letters_are_listed_shown_and_requeued_on_the_command_line(
    address: str, connection: Sql, typed: Asked
) -> None:
    letter, _ = letters(connection)["row-000005"]
    listed = (await typed("list", "--json")).json
    assert [row["payload"]["id"] for row in listed] == ["row-000006", "row-000005"]
    assert "the metadata is not JSON" in (await typed("list")).out
    shown = (await typed("show", str(letter))).out
    assert "reason: the metadata is not JSON" in shown
    assert '"metadata": "{broken"' in shown
    assert (await typed("show", str(letter), "--json")).json["id"] == letter
    done = (await typed("requeue", str(letter), "999", "--json")).json
    assert done == {"requeued": [letter], "left_alone": [999]}
    assert letters(connection)["row-000005"][1] == "requeued"
    assert "no requeued" not in (await typed("list", "--state", "requeued")).out
    assert "left alone" in (await typed("requeue", str(letter))).out


async def test_all_letters_of_an_instance_are_requeued_at_once(
    bench: Bench, address: str, connection: Sql, typed: Asked
) -> None:
    done = (await typed("requeue", "--instance", str(bench.instance_id), "--json")).json
    assert len(done["requeued"]) == 2
    assert (await typed("list")).out.strip() == "there are no dead letters"
    assert len((await typed("list", "--state", "all", "--json")).json) == 2


async def test_requeuing_nothing_in_particular_is_refused(typed: Asked) -> None:
    assert (await typed("requeue")).exit_code == 2
    assert (await typed("requeue", "1", "--instance", "1")).exit_code == 2
    missing = await typed("show", "77")
    assert (missing.exit_code, "no dead letter 77" in missing.err) == (1, True), missing.err
