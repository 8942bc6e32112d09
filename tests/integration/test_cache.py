"""The cache: bounds, one reading for all who ask, two levels, and nothing kept under a generation it is not of."""

import asyncio
import json
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

import pytest
from redis.asyncio import Redis

from engine.database import Database
from engine.notifier import Notifier
from services.cache.cache import Computed
from services.cache.generations import NEVER_CHANGED, Generation, Generations
from services.cache.memory import Memory, Place
from services.cache.reader import CachedReader
from services.cache.settings import CacheSettings
from services.cache.shared import InRedis
from tests.readers import Clock, Source, reading, write


@pytest.fixture
async def source(database: Database) -> Source:
    async with database.transaction() as connection:
        await connection.execute("create table shelf (key text primary key, value integer not null)")
    return Source(database)


@pytest.fixture
async def notifier(database: Database) -> AsyncIterator[Notifier]:
    opened = Notifier(database)
    await opened.start()
    yield opened
    await opened.stop()


@pytest.fixture
async def reader(database: Database, notifier: Notifier) -> AsyncIterator[CachedReader]:
    async with reading(database, notifier) as opened:
        yield opened


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    """A Redis of this test's own, on a socket in its folder."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("there is no redis-server here")
    path = tmp_path / "redis.sock"
    arguments = [program, "--port", "0", "--unixsocket", str(path), "--save", "", "--dir", str(tmp_path)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "ready to accept" in line.lower():
                break
        yield f"unix://{path}"
        process.terminate()
        process.stdout.read()


def place(key: str, collection: str = "shelf", number: int = 1) -> Place:
    return Place((collection,), (Generation(number, "t"),), key)


# --- in process -------------------------------------------------------------------------------------------------------


def test_the_least_recently_used_entry_goes_first() -> None:
    memory = Memory(entries=2, size=1_000_000, ttl=60)
    memory.put(place("a"), 1, size=1)
    memory.put(place("b"), 2, size=1)
    assert memory.get(place("a")) == (1,)
    memory.put(place("c"), 3, size=1)
    assert (memory.get(place("a")), memory.get(place("b")), memory.get(place("c"))) == ((1,), None, (3,))


def test_memory_is_bounded_in_bytes_and_what_is_too_large_is_not_kept() -> None:
    memory = Memory(entries=1000, size=40_000, ttl=60)
    for number in range(100):
        memory.put(place(f"k{number}"), number, size=1_000)
        assert memory.bytes <= 40_000
    assert 20 < len(memory) < 30
    memory.put(place("huge"), "x", size=6_000)
    assert memory.get(place("huge")) is None


def test_an_entry_ends_with_its_time() -> None:
    clock = Clock()
    memory = Memory(entries=10, size=100_000, ttl=5, now=clock)
    memory.put(place("a"), None, size=4)
    clock.time += 4.9
    assert memory.get(place("a")) == (None,)
    clock.time += 0.2
    assert memory.get(place("a")) is None
    assert (len(memory), memory.bytes) == (0, 0)


def test_forgetting_a_collection_leaves_the_others() -> None:
    memory = Memory(entries=10, size=100_000, ttl=5)
    memory.put(place("a"), 1, size=1)
    memory.put(Place(("shelf", "users"), (NEVER_CHANGED, NEVER_CHANGED), "both"), 2, size=1)
    memory.put(place("a", "users"), 3, size=1)
    assert memory.forget("shelf") == 2
    assert (memory.get(place("a", "users")), len(memory)) == ((3,), 1)
    assert memory.forget("users", keys=frozenset({"b"})) == 0


# --- what is known of generations -------------------------------------------------------------------------------------


def generations(clock: Clock) -> tuple[Generations, list[str]]:
    changed: list[str] = []
    return Generations(trusted=0.8, changed=changed.append, now=clock), changed


def test_an_answer_of_the_database_is_believed_for_a_moment_from_when_it_was_asked() -> None:
    clock = Clock()
    known, _ = generations(clock)
    known.learn({"shelf": Generation(3, "t")}, of=["shelf"], asked_at=clock.time - 0.5)
    assert known.current("shelf") == Generation(3, "t")
    clock.time += 0.31
    assert known.current("shelf") is None


def test_what_is_heard_is_asked_about_and_an_older_answer_does_not_count() -> None:
    clock = Clock()
    known, changed = generations(clock)
    known.learn({"shelf": Generation(3, "t")}, of=["shelf"], asked_at=clock.time)
    asked_before = clock.time
    clock.time += 0.1
    assert known.hear("shelf", 4)
    assert not known.hear("shelf", 4)
    assert known.current("shelf") is None
    known.learn({"shelf": Generation(3, "t")}, of=["shelf"], asked_at=asked_before)
    assert known.current("shelf") is None
    known.learn({"shelf": Generation(4, "u")}, of=["shelf"], asked_at=asked_before)
    assert known.current("shelf") == Generation(4, "u")
    assert changed == ["shelf", "shelf"]


def test_a_generation_that_was_made_up_costs_one_question() -> None:
    clock = Clock()
    known, _ = generations(clock)
    known.learn({"shelf": Generation(3, "t")}, of=["shelf"], asked_at=clock.time)
    assert known.hear("shelf", 2**62)
    clock.time += 0.01
    known.learn({"shelf": Generation(3, "t")}, of=["shelf"], asked_at=clock.time)
    assert known.current("shelf") == Generation(3, "t")


def test_a_restored_database_counts_even_if_its_number_is_lower() -> None:
    clock = Clock()
    known, changed = generations(clock)
    known.learn({"shelf": Generation(9, "t")}, of=["shelf"], asked_at=clock.time)
    clock.time += 1
    known.learn({"shelf": Generation(7, "s")}, of=["shelf"], asked_at=clock.time)
    assert (known.current("shelf"), changed) == (Generation(7, "s"), ["shelf"])


# --- reading through it -----------------------------------------------------------------------------------------------


async def test_a_second_question_is_answered_from_memory(source: Source, reader: CachedReader) -> None:
    await write(source.database, "a", 1)
    for _ in range(3):
        assert await reader.get(["shelf"], "a", source.compute) == 1
    assert source.reads == 1


async def test_a_hit_takes_less_than_a_millisecond(source: Source, reader: CachedReader) -> None:
    await write(source.database, "a", 1)
    await reader.get(["shelf"], "a", source.compute)
    taken = []
    for _ in range(200):
        began = time.perf_counter()
        await reader.get(["shelf"], "a", source.compute)
        taken.append(time.perf_counter() - began)
    assert sorted(taken)[100] < 0.001


async def test_a_thousand_who_ask_the_same_are_answered_by_one_reading(source: Source, reader: CachedReader) -> None:
    await write(source.database, "a", 1)
    source.may_end.clear()
    asking = [asyncio.create_task(reader.get(["shelf"], "a", source.compute)) for _ in range(1000)]
    await source.has_read.wait()
    asking[0].cancel()
    source.may_end.set()
    answers = await asyncio.gather(*asking[1:])
    assert (set(answers), source.reads) == ({1}, 1)


async def test_what_a_write_overtakes_is_not_kept_under_the_new_generation(
    source: Source, reader: CachedReader
) -> None:
    await write(source.database, "a", 1)
    source.may_end.clear()
    early = asyncio.create_task(reader.get(["shelf"], "a", source.compute))
    await source.has_read.wait()
    generation = await write(source.database, "a", 2)
    await reader.forget("shelf", generation, frozenset())
    source.may_end.set()
    assert await reader.get(["shelf"], "a", source.compute) == 2
    assert await early == 1
    assert await reader.get(["shelf"], "a", source.compute) == 2


async def test_who_asks_after_a_change_does_not_wait_for_a_reading_of_before(
    source: Source, reader: CachedReader
) -> None:
    await write(source.database, "a", 1)
    source.may_end.clear()
    early = asyncio.create_task(reader.get(["shelf"], "a", source.compute))
    await source.has_read.wait()
    source.has_read.clear()
    await reader.forget("shelf", await write(source.database, "a", 2), frozenset())
    late = asyncio.create_task(reader.get(["shelf"], "a", source.compute))
    await source.has_read.wait()
    source.may_end.set()
    assert (await early, await late, source.reads) == (1, 2, 2)


async def test_a_failure_is_told_to_all_who_wait_and_is_not_kept(source: Source, reader: CachedReader) -> None:
    async def fail(_keys: Sequence[str]) -> Computed:
        await asyncio.sleep(0)
        raise ValueError("no")

    answers = await asyncio.gather(*(reader.get(["shelf"], "a", fail) for _ in range(3)), return_exceptions=True)
    assert [str(answer) for answer in answers] == ["no"] * 3
    await write(source.database, "a", 5)
    assert await reader.get(["shelf"], "a", source.compute) == 5


async def test_keys_that_are_named_are_forgotten_alone(source: Source, reader: CachedReader) -> None:
    await write(source.database, "a", 1)
    await reader.get_many(["shelf"], ["a", "b"], source.compute)
    forgotten = await reader.forget("shelf", 0, frozenset({"a"}))
    assert forgotten.entries == 1
    assert await reader.get_many(["shelf"], ["a", "b"], source.compute) == {"a": 1, "b": None}
    assert source.reads == 2


async def test_nothing_is_served_from_the_cache_while_the_database_cannot_be_asked(
    source: Source, reader: CachedReader
) -> None:
    await write(source.database, "a", 1)
    await reader.get(["shelf"], "a", source.compute)
    await source.database.close()
    reader.generations.distrust()
    with pytest.raises(Exception, match="closed"):
        await reader.get(["shelf"], "a", source.compute)


# --- Redis ------------------------------------------------------------------------------------------------------------


async def test_two_processes_share_what_one_has_read(source: Source, notifier: Notifier, redis_url: str) -> None:
    await write(source.database, "a", 1)
    async with (
        reading(source.database, notifier, redis_url=redis_url) as one,
        reading(source.database, notifier, name="other", redis_url=redis_url) as other,
    ):
        assert await one.get(["shelf"], "a", source.compute) == 1
        await asyncio.gather(*one._cache._tasks)
        assert await other.get(["shelf"], "a", source.compute) == 1
        assert source.reads == 1
        generation = await write(source.database, "a", 2)
        await other.forget("shelf", generation, frozenset())
        assert await other.get(["shelf"], "a", source.compute) == 2


@pytest.mark.parametrize("forged", [b"\x80\x04.", b"{}", b"[1]", b'["another question", 7]', b"[", b"null"])
async def test_what_is_in_redis_is_json_and_what_does_not_fit_is_absent(redis_url: str, forged: bytes) -> None:
    shared = InRedis(redis_url, database="db", ttl=60)
    await shared.put({place("a"): json.dumps({"n": 1})})
    assert await shared.get([place("a"), place("b")]) == {place("a"): {"n": 1}}
    async with Redis.from_url(redis_url) as redis:
        (key,) = await redis.keys()
        assert json.loads(await redis.get(key)) == ["a", {"n": 1}]
        assert 0 < await redis.ttl(key) <= 60
        await redis.set(key, forged)
    assert await shared.get([place("a")]) == {}
    await shared.aclose()


async def test_a_redis_that_is_away_is_left_alone_for_a_while_and_fails_nobody(
    source: Source, notifier: Notifier, tmp_path: Path
) -> None:
    await write(source.database, "a", 1)
    async with reading(source.database, notifier, redis_url=f"unix://{tmp_path}/nobody.sock") as reader:
        assert await reader.get(["shelf"], "a", source.compute) == 1
        assert await reader.get(["shelf"], "a", source.compute) == 1
    assert source.reads == 1


# --- settings ---------------------------------------------------------------------------------------------------------


def test_an_open_address_needs_encryption() -> None:
    with pytest.raises(ValueError, match="BATCHDAG_CACHE_BEHIND_PROXY"):
        CacheSettings(host="0.0.0.0")
    assert CacheSettings(host="0.0.0.0", behind_proxy=True).behind_proxy
