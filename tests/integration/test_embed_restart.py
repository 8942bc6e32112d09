"""A load that is killed, loses its stream, its lease or its data set: every row lands exactly once."""

import asyncio
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from runners.base import LostLease, Snoozed, StepRequest, TransientFailure
from runners.embed import Embed
from tests.embedding_streams import (
    BREAKER,
    Fake,
    Rows,
    another_instance,
    attempt,
    beside,
    embed_params,
    ids,
    ingest,
    reasons,
    serving,
)
from tests.loads import Watched
from tests.requests import Bench

Sql = psycopg.Connection[Any]
COUNT = 400
SMALL: dict[str, Any] = {"chunk": {"least": 50, "most": 50}}
COUNTER = """
create table wrote (id text);
create function note_write() returns trigger language plpgsql as $$
begin insert into wrote values (new.id); return new; end $$;
create trigger note_write after insert or update on job_embedding for each row execute function note_write()
"""
"""Counts how often a vector was written, in the transaction that writes it."""


@pytest.fixture
def fake() -> Fake:
    fake = Fake(Rows.some(COUNT), most=50)
    fake.rows.vectors[60] = fake.rows.vectors[60] * 0
    fake.rows.vectors[390] = fake.rows.vectors[390] * 0
    return fake


async def set_up_counter(bench: Bench, connection: Sql, fake: Fake) -> None:
    """Make the tables by a load of nothing, then count every write."""
    rows, fake.rows = fake.rows, Rows.some(0)
    async with serving(fake) as address:
        await ingest(bench, address)
    fake.rows = rows
    connection.execute(COUNTER)
    connection.execute("delete from stream_checkpoint")


def was_written_once(connection: Sql, fake: Fake) -> None:
    good = [key for n, key in enumerate(fake.rows.ids) if n not in (60, 390)]
    assert ids(connection) == good
    assert [row[0] for row in connection.execute("select id from wrote order by id")] == good
    assert sorted(reasons(connection)) == ["row-000060", "row-000390"]


@pytest.mark.parametrize("transactions", range(12))
async def test_a_load_that_is_killed_anywhere_has_every_row_once_after_the_next_attempt(
    bench: Bench, fake: Fake, connection: Sql, transactions: int
) -> None:
    await set_up_counter(bench, connection, fake)
    async with serving(fake) as address:
        request = await bench.request(Embed(), **embed_params(address, **SMALL))
        watched = replace(request, handed=Watched(request.handed, transactions=transactions))
        await asyncio.wait([asyncio.create_task(Embed().run(watched))])
        result = await ingest(bench, address, **SMALL)
    assert (result["loaded"], result["dead"]) == (COUNT - 2, 2)
    was_written_once(connection, fake)


async def test_a_stream_that_breaks_again_and_again_goes_on_from_where_it_broke(
    bench: Bench, fake: Fake, connection: Sql
) -> None:
    await set_up_counter(bench, connection, fake)
    fake.break_at = {0, 50, 200, 350}
    async with serving(fake) as address:
        result = await ingest(bench, address, **SMALL)
    assert result["reconnects"] == 4
    assert [first for first, _ in fake.asked] == [0, 0, 50, 200, 350]
    was_written_once(connection, fake)
    assert connection.execute("select state, failures from circuit_breaker").fetchall() == [("closed", 0)]


async def test_a_stream_that_ends_too_early_is_called_again(bench: Bench, fake: Fake, connection: Sql) -> None:
    await set_up_counter(bench, connection, fake)
    whole, fake.rows = fake.rows, fake.rows

    class Hasty(Fake):
        async def Stream(self, request: Any, context: Any) -> Any:  # noqa: N802 - gRPC's name
            async for chunk in super().Stream(request, context):
                yield chunk
                if chunk.first_row in (100, 250):
                    return

    hasty = Hasty(whole, most=50)
    async with serving(hasty) as address:
        result = await ingest(bench, address, **SMALL)
    assert result["reconnects"] == 2
    was_written_once(connection, fake)


async def test_an_attempt_that_lost_its_lease_writes_nothing_more(bench: Bench, fake: Fake, connection: Sql) -> None:
    async with serving(fake) as address:
        request = await bench.request(Embed(), **embed_params(address, **SMALL))

        def lose() -> None:
            connection.execute("update batch_step set attempt = attempt + 1 where id = %s", (request.step_id,))

        with pytest.raises(LostLease):
            await Embed().run(replace(request, handed=Watched(request.handed, on_progress=lose)))
        assert len(ids(connection)) == 50
        await ingest(bench, address, **SMALL)
    assert len(ids(connection)) == COUNT - 2


async def test_a_data_set_that_changes_in_the_middle_is_loaded_anew(bench: Bench, fake: Fake, connection: Sql) -> None:
    def change(row: int) -> None:
        if row == 200:
            fake.version = "v2"
            fake.rows.ids[0] = "row-of-v2"

    fake.before = change
    async with serving(fake) as address:
        with pytest.raises(TransientFailure, match=r'went from version "v1" to "v2" in its stream; the next attempt'):
            await attempt(bench, address, **SMALL)
        result = await ingest(bench, address, **SMALL)
    assert (result["version"], result["inserted"], result["unchanged"], result["dead"]) == ("v2", 200, 198, 2)
    assert "row-of-v2" in ids(connection)
    places = connection.execute(
        "select payload ->> 'version', payload -> 'place' from dead_letter order by 2"
    ).fetchall()
    assert places == [("v2", 60), ("v2", 390)]


async def test_a_version_that_is_gone_when_the_stream_is_called_again_begins_anew(
    bench: Bench, fake: Fake, connection: Sql
) -> None:
    fake.break_at = {100}

    def change(row: int) -> None:
        if row == 100:
            fake.version = "v2"

    fake.before = change
    async with serving(fake) as address:
        with pytest.raises(TransientFailure, match=r"the version is v2 now \[FAILED_PRECONDITION\]; the next attempt"):
            await attempt(bench, address, **SMALL)
        assert (await ingest(bench, address, **SMALL))["version"] == "v2"


async def _leave_half_done(bench: Bench, fake: Fake, address: str) -> None:
    request = await bench.request(Embed(), **embed_params(address, **SMALL))
    watched = replace(request, handed=Watched(request.handed, transactions=5))
    await asyncio.wait([asyncio.create_task(Embed().run(watched))])


async def test_another_instance_goes_on_with_what_one_that_ended_has_left(
    bench: Bench, fake: Fake, connection: Sql
) -> None:
    async with serving(fake) as address:
        await _leave_half_done(bench, fake, address)
        half = len(ids(connection))
        assert 0 < half < COUNT - 2
        again = await another_instance(connection, bench)
        result = await ingest(again, address, **SMALL)
    assert (result["inserted"], result["unchanged"], result["dead"]) == (COUNT - 2, 0, 2)
    assert fake.asked[-1][0] > 0
    assert len(ids(connection)) == COUNT - 2


async def test_another_instance_waits_while_one_that_lives_is_loading_the_same(
    bench: Bench, fake: Fake, connection: Sql
) -> None:
    async with serving(fake) as address:
        await _leave_half_done(bench, fake, address)
        first = bench.instance_id
        outcome = await attempt(await beside(connection, bench), address, **SMALL)
    assert isinstance(outcome, Snoozed)
    assert outcome.why == f"step under_test of instance {first} is loading the same rows"


async def test_a_checkpoint_that_somebody_else_has_moved_ends_the_attempt(
    bench: Bench, fake: Fake, connection: Sql
) -> None:
    def move() -> None:
        connection.execute(
            "update stream_checkpoint set position = position || '{\"at\": 3}' where stream like '%#1/1'"
        )

    def around(request: StepRequest) -> StepRequest:
        return replace(request, handed=Watched(request.handed, on_progress=move))

    async with serving(fake) as address:
        with pytest.raises(TransientFailure, match=r"#1/1 was moved by somebody else; this attempt ends here"):
            await attempt(bench, address, around=around, **SMALL)


async def test_sums_that_do_not_agree_fail_the_step(bench: Bench, fake: Fake, connection: Sql) -> None:
    async with serving(fake) as address:
        await _leave_half_done(bench, fake, address)
        connection.execute(
            "update stream_checkpoint set position = position || '{\"dead\": 7}' where stream like '%#1/1'"
        )
        with pytest.raises(Exception, match=r"the sums of .* do not agree: \d+ rows were read of 400"):
            await attempt(bench, address, **SMALL)


async def test_a_server_that_is_down_snoozes_the_step_and_is_called_by_one_alone_until_it_answers(
    bench: Bench, fake: Fake, connection: Sql
) -> None:
    down = {"failures": 2, "cooldownSeconds": 3600}
    async with serving(fake) as address:
        pass
    outcome = await attempt(bench, address, breaker=down)
    assert isinstance(outcome, Snoozed)
    assert outcome.delay.total_seconds() == pytest.approx(3600, abs=5)
    assert outcome.why.startswith(f"embeddings:{address} is left alone after failures in a row: ")
    assert connection.execute("select state, failures from circuit_breaker").fetchall() == [("open", 2)]
    async with serving(fake, address=address):
        assert isinstance(await attempt(bench, address, breaker=down), Snoozed)
        assert fake.described == 0
        connection.execute("update circuit_breaker set retry_at = now()")
        assert (await ingest(bench, address, breaker=down))["loaded"] == COUNT - 2
    assert connection.execute("select state, failures from circuit_breaker").fetchall() == [("closed", 0)]


async def test_a_server_that_has_been_down_for_too_long_fails_the_step(bench: Bench, connection: Sql) -> None:
    async with serving(Fake(Rows.some(1))) as address:
        pass
    await attempt(bench, address)
    connection.execute("update circuit_breaker set failing_since = now() - interval '25 hours'")
    with pytest.raises(
        TransientFailure, match=r"has not answered for 1 day, 1:00:00.*breaker.giveUpHours says how long"
    ):
        await attempt(bench, address, breaker=BREAKER | {"giveUpHours": 24, "cooldownSeconds": 600})


async def test_a_server_that_answers_but_never_streams_opens_the_breaker_too(
    bench: Bench, fake: Fake, connection: Sql
) -> None:
    def down(row: int) -> None:
        fake.break_at.add(row)

    fake.before = down
    async with serving(fake) as address:
        for _ in range(3):
            assert isinstance(await attempt(bench, address), Snoozed)
            connection.execute("update circuit_breaker set retry_at = now()")
    ((state, cooldown),) = connection.execute("select state, extract(epoch from cooldown) from circuit_breaker")
    assert (state, float(cooldown)) == ("open", 0.2), "twice as long after each try that failed"


async def test_refusals_do_not_open_the_breaker(bench: Bench, fake: Fake, connection: Sql) -> None:
    async with serving(fake) as address:
        for _ in range(4):
            with pytest.raises(Exception, match="NOT_FOUND"):
                await attempt(bench, address, stream={"dataSet": "nothing"})
    assert connection.execute("select count(*) from circuit_breaker").fetchone() == (0,)
