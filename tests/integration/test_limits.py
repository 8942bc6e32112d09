"""Limits of runners: counted from live rows by whoever claims, so that no two claim the last place, and none leaks."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from engine.app import open_engine
from engine.claims import AnyDue, Message, Named
from engine.database import Rows, Session
from engine.dispatch.queue.outbox import Outbox
from engine.dispatch.queue.settings import QueueSettings
from engine.limits import Limits
from engine.settings import Settings
from engine.store import Store
from engine.waiting import Ended
from engine.wire import Wire
from tests.brokers import queues_on
from tests.harness import Harness, engine_on, step
from tests.limiting import WITNESS, Other, limit, most_at_once, worker_processes
from tests.runners import Noop

Database = psycopg.Connection[Any]

WAITS = "waits because runner noop runs 2 of 2 at once"


@pytest.fixture
def witnessed(connection: Database) -> Database:
    """The database, with a witness of how many steps of each runner run at once."""
    connection.execute(WITNESS)
    return connection


@pytest.fixture(params=["rabbitmq", "redis"])
def queues(request: pytest.FixtureRequest) -> Iterator[QueueSettings]:
    """Queues of this test's own, on each kind of broker."""
    url = request.getfixturevalue({"rabbitmq": "amqp_url", "redis": "redis_url"}[request.param])
    with queues_on(url, prefix=f"t{uuid.uuid4().hex[:12]}") as own:
        yield own


@asynccontextmanager
async def engines(count: int, url: str, **settings: Any) -> AsyncIterator[list[Harness]]:
    """So many engines in this process that work on one database, each with both runners."""
    async with AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(engine_on(url, **settings)) for _ in range(count)]
        for harness in opened:
            await harness.engine.register(Other())
            await stack.enter_async_context(harness.engine.working())
        yield opened


def steps(count: int, *, runner: str = "noop", seconds: float = 0.0) -> list[dict[str, Any]]:
    return [step(f"s{number}", runner=runner, params={"seconds": seconds}) for number in range(count)]


async def ended(harness: Harness, instances: Sequence[int]) -> None:
    """Return when all of these instances have succeeded."""
    async with asyncio.timeout(60):
        found: list[Ended] = [await harness.engine.wait(instance) for instance in instances]
    assert [one.error for one in found if not one.is_success] == []


async def until(connection: Database, query: str, *, within: float = 30) -> None:
    """Return once a query answers true, which another process or the time makes it."""
    async with asyncio.timeout(within):
        while not (connection.execute(query).fetchone() or (False,))[0]:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


BEGUN = "select sum(attempt) from batch_step where runner = 'noop'"
READY = "select count(*) from batch_step where state = 'ready' and runner = 'noop'"


# At once


async def test_engines_that_race_never_run_more_of_a_runner_at_once_than_its_limit(
    idle: Harness, witnessed: Database, database_url: str
) -> None:
    limit(witnessed, "noop", at_once=3)
    async with engines(5, database_url, concurrency=1) as working:
        await working[0].define(*steps(40, seconds=0.01))
        await ended(idle, [await idle.engine.start("pipeline") for _ in range(3)])
    assert most_at_once(witnessed, "noop") == 3
    ran = [len(harness.noop.runs) for harness in working]
    assert sum(ran) == 120, ran
    assert len([one for one in ran if one]) >= 3, ran


async def test_processes_that_race_never_run_more_of_a_runner_at_once_than_its_limit(
    idle: Harness, witnessed: Database, database_url: str
) -> None:
    limit(witnessed, "noop", at_once=2)
    await idle.engine.register(Other())
    await idle.define(*steps(60, seconds=0.01), *[step(f"o{n}", runner="other") for n in range(60)])
    instances = [await idle.engine.start("pipeline") for _ in range(4)]
    async with worker_processes(3, database_url, concurrency=1):
        await ended(idle, instances)
    assert most_at_once(witnessed, "noop") == 2
    workers = witnessed.execute("select distinct worker from batch_step_result where step_key ~ '^s'").fetchall()
    assert len(workers) >= 2


async def test_processes_that_take_messages_never_run_more_of_a_runner_at_once_than_its_limit(
    idle: Harness, witnessed: Database, database_url: str, queues: QueueSettings
) -> None:
    limit(witnessed, "noop", at_once=3)
    await idle.engine.register(Other())
    await idle.define(*steps(60, seconds=0.01), *[step(f"o{n}", runner="other") for n in range(60)])
    instances = [await idle.engine.start("pipeline") for _ in range(2)]
    async with (
        worker_processes(2, database_url, queues=queues, concurrency=10),
        worker_processes(1, database_url, concurrency=10),
    ):
        await ended(idle, instances)
    assert most_at_once(witnessed, "noop") == 3


@pytest.mark.parametrize("by_message", [False, True])
async def test_claims_of_the_same_moment_never_take_more_than_there_is_room_for(
    idle: Harness, connection: Database, *, by_message: bool
) -> None:
    limit(connection, "noop", at_once=3, per_minute=1000)
    messages = await ready(idle, connection, *steps(30))
    async with open_wires(idle, 6) as wires:
        for _ in range(30):
            claimed = await asyncio.gather(
                *[_claim(wire, Named(messages[n::6]) if by_message else AnyDue(n + 1)) for n, wire in enumerate(wires)]
            )
            assert (by_message and sum(claimed) == 3) or 0 < sum(claimed) <= 3, claimed
            connection.execute(AS_BEFORE)


async def test_claims_and_publishing_under_several_limits_do_not_lock_each_other_out(
    idle: Harness, connection: Database
) -> None:
    await idle.engine.register(Other())
    for runner in ("noop", "other"):
        limit(connection, runner, at_once=3)
    messages = await ready(idle, connection, *steps(15), *[step(f"o{n}", runner="other") for n in range(15)])
    outbox = Outbox(idle.engine.database, Limits())
    async with open_wires(idle, 6) as wires, asyncio.timeout(60):
        for _ in range(30):
            claimed = await asyncio.gather(
                *[_claim(wire, Named(messages[n::4])) for n, wire in enumerate(wires[:4])],
                *[_claim(wire, AnyDue(4)) for wire in wires[4:]],
            )
            assert sum(claimed) == 6, claimed
            connection.execute(AS_BEFORE)
            published, claimed_one, *_ = await asyncio.gather(
                outbox.publish(limit=20, window=100), _claim(wires[0], AnyDue(1)), outbox.publish(limit=20, window=100)
            )
            assert len(published) + claimed_one <= 7
            connection.execute(AS_BEFORE)


async def ready(idle: Harness, connection: Database, *definition: dict[str, Any]) -> tuple[Message, ...]:
    """Start an instance of independent steps and return a message for each."""
    await idle.define(*definition)
    await idle.engine.start("pipeline")
    await idle.engine._orchestrator.start()
    return tuple(Message(step_id, 0) for (step_id,) in connection.execute("select id from batch_step").fetchall())


@asynccontextmanager
async def open_wires(idle: Harness, count: int) -> AsyncIterator[list[Wire]]:
    """So many connections for turns."""
    async with AsyncExitStack() as stack:
        wires = [await idle.engine.database.connect_turns() for _ in range(count)]
        for wire in wires:
            stack.push_async_callback(wire.close)
        yield wires


AS_BEFORE = (
    "update batch_step set state = 'ready', attempt = 0, leased_by = null, lease_expires_at = null, published_at = null"
    " where state in ('running', 'ready')"
)


async def _claim(wire: Wire, wanted: AnyDue | Named) -> int:
    async with wire.transaction():
        claimed = await Store(wire, worker="w", lease=timedelta(seconds=5)).claim(wanted, within_limits=True)
    return len(await claimed.fetchall())


PUBLISHED = """
create table published (id bigint);
create function publish() returns trigger language plpgsql as $$
begin
    insert into published values (new.id);
    return new;
end $$;
create trigger publishes before update of published_at on batch_step
for each row when (new.published_at is not null and old.published_at is null) execute function publish()
"""


async def test_a_message_of_a_step_without_room_is_neither_lost_nor_sent_again_and_again(
    idle: Harness, witnessed: Database, database_url: str, queues: QueueSettings
) -> None:
    witnessed.execute(PUBLISHED)
    limit(witnessed, "noop", at_once=2)
    await idle.define(*steps(60, seconds=0.01))
    instance = await idle.engine.start("pipeline")
    settings = {"broker_url": queues.url, "queue_prefix": queues.prefix}
    async with engine_on(database_url, **settings) as worker, worker.engine.working(queues=queues.consumed(())):
        await ended(idle, [instance])
    assert most_at_once(witnessed, "noop") == 2
    [(messages,)] = witnessed.execute("select count(*) from published").fetchall()
    assert 60 <= messages <= 90, "steps that had to wait were published in vain"


async def test_messages_that_come_when_there_is_no_room_leave_their_steps_ready_and_to_be_published(
    idle: Harness, connection: Database
) -> None:
    await idle.define(*steps(3))
    await idle.engine.start("pipeline")
    orchestrator = idle.engine._orchestrator
    await orchestrator.start()
    found = connection.execute("update batch_step set published_at = clock_now() returning id").fetchall()
    limit(connection, "noop", at_once=1)
    messages = tuple(Message(step_id, 0) for (step_id,) in [*found, *found])
    claimed = (await orchestrator.turn([], wanted=Named(messages))).claims
    assert len(claimed) == 1
    left = connection.execute("select state, published_at, attempt from batch_step where state = 'ready'").fetchall()
    assert left == [("ready", None, 0)] * 2
    again = (await orchestrator.turn([], wanted=Named(messages))).claims
    assert again == []


async def test_a_frozen_workers_place_is_free_when_its_lease_runs_out(idle: Harness, connection: Database) -> None:
    limit(connection, "noop", at_once=1)
    await idle.define(*steps(2))
    instance = await idle.engine.start("pipeline")
    orchestrator = idle.engine._orchestrator
    await orchestrator.start()
    [frozen] = (await orchestrator.turn([], wanted=AnyDue(10))).claims
    assert (await orchestrator.turn([], wanted=AnyDue(10))).claims == []
    connection.execute("update batch_step set lease_expires_at = clock_now() where id = %s", (frozen.step_id,))
    async with idle.engine.working():
        await ended(idle, [instance])
    attempts = connection.execute("select attempt from batch_step order by id").fetchall()
    assert sorted(attempts) == [(1,), (2,)]


async def test_shards_count_as_steps_do(witnessed: Database, working: Harness) -> None:
    limit(witnessed, "noop", at_once=2)
    spread = step("a", parallel={"over": "range(12)", "chunk": 1, "maxConcurrency": 12}, params={"seconds": 0.01})
    over = spread | {"parallel": spread["parallel"] | {"over": str(list(range(12)))}}
    assert (await working.run(over)).is_success
    assert most_at_once(witnessed, "noop") == 2


async def test_a_limited_runner_starves_no_other(idle: Harness, witnessed: Database, database_url: str) -> None:
    limit(witnessed, "noop", at_once=5)
    await idle.engine.register(Other())
    await idle.define(*steps(1000, seconds=0.002), name="many", priority=9)
    await idle.define(*steps(300, runner="other"), name="few")
    many, few = await idle.engine.start("many"), await idle.engine.start("few")
    async with engines(2, database_url, concurrency=20):
        await ended(idle, [few])
        [(waiting,)] = witnessed.execute(READY).fetchall()
        await ended(idle, [many])
    assert waiting > 500, "the others had to wait for those that were limited"
    assert most_at_once(witnessed, "noop") == 5


# A minute


async def test_no_more_begin_in_a_minute_than_the_limit_says_whoever_claims(
    idle: Harness, connection: Database, database_url: str
) -> None:
    limit(connection, "noop", per_minute=7)
    await idle.define(*steps(20))
    instance = await idle.engine.start("pipeline")
    async with engines(3, database_url):
        await until(connection, f"select ({BEGUN}) >= 7")
        for _ in range(3):
            assert (await idle.engine._orchestrator.turn([], wanted=AnyDue(20))).claims == []
        assert connection.execute(BEGUN).fetchone() == (7,)
        connection.execute("update batch_limit_use set used_at = used_at - interval '1 minute'")
        await until(connection, f"select ({BEGUN}) >= 14")
        connection.execute("update batch_limit_use set used_at = used_at - interval '1 minute'")
        await ended(idle, [instance])
    assert connection.execute(BEGUN).fetchone() == (20,)


async def test_what_was_claimed_and_handed_back_has_begun_as_well(idle: Harness, connection: Database) -> None:
    limit(connection, "noop", per_minute=2)
    await idle.define(*steps(3))
    await idle.engine.start("pipeline")
    orchestrator = idle.engine._orchestrator
    await orchestrator.start()
    claims = (await orchestrator.turn([], wanted=AnyDue(10))).claims
    assert len(claims) == 2
    await orchestrator.release(claims)
    assert (await orchestrator.turn([], wanted=AnyDue(10))).claims == []


async def test_uses_that_no_limit_counts_any_more_are_deleted(idle: Harness, connection: Database) -> None:
    limit(connection, "noop", per_minute=100)
    connection.execute(
        "insert into batch_limit_use (scope, name, used_at, uses) select 'runner', 'noop', clock_now() - age, 1"
        " from unnest('{30 seconds, 3 minutes, 1 day}'::interval[]) as age"
    )
    async with idle.engine.working():
        await until(connection, "select count(*) = 1 from batch_limit_use")


# Edits


async def test_an_edit_is_effective_within_a_second(idle: Harness, witnessed: Database, database_url: str) -> None:
    await idle.define(*steps(400, seconds=0.02))
    async with engines(2, database_url, concurrency=10):
        instance = await idle.engine.start("pipeline")
        await until(witnessed, "select count(*) > 20 from seen")
        limit(witnessed, "noop", at_once=2)
        [(limited_at,)] = witnessed.execute("select clock_timestamp()").fetchall()
        await until(witnessed, "select count(*) > 20 from seen where running = 2")
        witnessed.execute("delete from batch_limit")
        [(lifted_at,)] = witnessed.execute("select clock_timestamp()").fetchall()
        await ended(idle, [instance])
    [(held, freed)] = witnessed.execute(
        "select max(at) filter (where running > 2 and at < %(lifted)s) - %(limited)s,"
        " min(at) filter (where running > 2 and at > %(lifted)s) - %(lifted)s from seen",
        {"limited": limited_at, "lifted": lifted_at},
    ).fetchall()
    assert held < timedelta(seconds=1), f"more ran for {held} after the limit was set"
    assert freed < timedelta(seconds=1), f"no more ran for {freed} after the limit was lifted"


async def test_an_edit_that_is_not_committed_holds_up_nothing_but_new_steps_of_that_runner(
    idle: Harness, connection: Database, database_url: str
) -> None:
    limit(connection, "noop", at_once=5)
    await idle.engine.register(Other())
    await idle.define(step("a"), step("b", runner="other"))
    await idle.engine.start("pipeline")
    orchestrator = idle.engine._orchestrator
    await orchestrator.start()
    found = connection.execute("select id, step_key from batch_step").fetchall()
    messages = Named(tuple(Message(step_id, 0) for step_id, _ in found))
    with psycopg.connect(database_url) as editor:
        limit(editor, "noop", at_once=2)
        async with asyncio.timeout(30):
            claimed = (await orchestrator.turn([], wanted=messages)).claims
            assert [claim.step_key for claim in claimed] == ["b"]
            assert (await orchestrator.turn([], wanted=AnyDue(5))).claims == []
    [claim] = (await orchestrator.turn([], wanted=AnyDue(5))).claims
    assert claim.step_key == "a"


async def test_an_edit_that_nobody_is_told_of_is_found(idle: Harness, connection: Database) -> None:
    connection.execute("alter table batch_limit disable trigger batch_limit_2_report")
    await idle.define(*steps(1, seconds=0.01))
    async with idle.engine.working():
        await idle.engine.run("pipeline")
        assert not idle.engine._limits.may_exist
        limit(connection, "noop", at_once=1)
        async with asyncio.timeout(30):
            while not idle.engine._limits.may_exist:  # noqa: ASYNC110  (nobody tells)
                await asyncio.sleep(0.02)


REFUSED = [
    (("runner", "nop", 1, None), 'unknown runner "nop" (did you mean "noop"?)', "Registered: "),
    (("runer", "noop", 1, None), 'unknown scope "runer" (did you mean "runner"?)', "provider_calls"),
    (("runner", "noop", 0, None), "must be a number above 0", "delete its row"),
    (("runner", "noop", None, -1), "must be a number above 0", "delete its row"),
    (("provider_jobs", "openai", None, None), "must be a number above 0", "delete its row"),
]


@pytest.mark.parametrize(("row", "message", "hint"), REFUSED)
def test_a_limit_that_means_nothing_is_refused(
    idle: Harness, connection: Database, row: tuple[Any, ...], message: str, hint: str
) -> None:
    with pytest.raises(psycopg.Error) as refused:
        connection.execute("insert into batch_limit values (%s, %s, %s, %s)", row)
    assert refused.value.sqlstate == "BD008"
    assert message in str(refused.value.diag.message_primary)
    assert hint in str(refused.value.diag.message_hint)
    assert connection.execute("select count(*) from batch_limit").fetchone() == (0,)


# What people are told


async def test_explain_step_says_which_limit_a_step_waits_for(working: Harness, connection: Database) -> None:
    limit(connection, "noop", at_once=2)
    await working.define(*steps(3, seconds=30))
    instance = await working.engine.start("pipeline")
    await until(connection, "select count(*) = 2 from batch_step where state = 'running'")
    [(key,)] = connection.execute("select step_key from batch_step where state = 'ready'").fetchall()
    [(said,)] = connection.execute("select explain_step(%s, %s)", (instance, key)).fetchall()
    assert WAITS in said
    limit(connection, "noop", at_once=None, per_minute=2)
    connection.execute("insert into batch_limit_use (scope, name, uses) values ('runner', 'noop', 2)")
    [(said,)] = connection.execute("select explain_step(%s, %s)", (instance, key)).fetchall()
    assert "waits because runner noop has begun 2 of 2 per minute" in said
    overview = connection.execute("select * from batch_limit_overview").fetchall()
    assert overview == [("runner", "noop", 2, None, 2, 2, 1)]


async def test_explain_step_says_which_limit_shards_wait_for(working: Harness, connection: Database) -> None:
    limit(connection, "noop", at_once=2)
    parallel = {"over": "[1, 2, 3]", "chunk": 1, "maxConcurrency": 3}
    await working.define(step("a", parallel=parallel, params={"seconds": 30}))
    instance = await working.engine.start("pipeline")
    await until(connection, "select count(*) = 2 from batch_step where state = 'running'")
    [(said,)] = connection.execute("select explain_step(%s, 'a')", (instance,)).fetchall()
    assert "Shards wait because runner noop runs 2 of 2 at once" in said


# What it costs where nothing is limited


class Recording(Store):
    """A store that writes down which statements it sends."""

    sent: list[str]

    async def send(self, statement: str, **binds: Any) -> Rows:
        self.sent.append(statement)
        return await super().send(statement, **binds)


async def test_without_limits_claims_are_the_statements_that_count_nothing(
    database_url: str, connection: Database
) -> None:
    sent: list[str] = []

    def make_store(session: Session) -> Store:
        store = Recording(session, worker="w", lease=timedelta(seconds=5))
        store.sent = sent
        return store

    async with open_engine(Settings(database_url=database_url), make_store=make_store) as engine:
        engine.worker = "w"
        await engine.register(Noop())
        await Harness(engine, Noop()).define(*steps(5))
        async with engine.working():
            assert (await engine.run("pipeline")).is_success
            assert {name for name in sent if name.startswith("claim_")} == {"claim_steps"}
            limit(connection, "noop", at_once=1)
            assert (await engine.run("pipeline")).is_success
            assert "claim_limited_steps" in sent


async def test_limits_that_do_not_bind_change_nothing_of_what_is_claimed(idle: Harness, connection: Database) -> None:
    await idle.engine.register(Other())
    both = [step(f"{runner[0]}{n}", runner=runner) for n in range(15) for runner in ("noop", "other")]
    for priority in (5, -5, 0):
        await idle.define(*both, name=f"p{priority + 5}", priority=priority)
        await idle.engine.start(f"p{priority + 5}")
    await idle.engine._orchestrator.start()
    limit(connection, "noop", at_once=1000, per_minute=1000)
    connection.execute(
        "update batch_step set run_after = clock_now() + make_interval(secs => (id * 7 % 11) - 5) where id % 3 = 0"
    )
    for room in (1, 7, 40, 90):
        plain, counted = await _claimed(idle, room, counted=False), await _claimed(idle, room, counted=True)
        assert plain == counted
        assert len(plain) == min(room, len(plain))


async def _claimed(idle: Harness, room: int, *, counted: bool) -> set[int]:
    """Return what a claim would take; it is rolled back."""
    rows: set[int] = set()
    async with idle.engine.database.transaction() as connection:
        store = Store(connection, worker="w", lease=timedelta(seconds=5))  # type: ignore[arg-type]
        rows.update(row[0] for row in await (await store.claim(AnyDue(room), within_limits=counted)).fetchall())
        raise psycopg.Rollback
    return rows


def test_until_it_is_known_whether_there_are_limits_claims_are_counted() -> None:
    assert Limits().may_exist
