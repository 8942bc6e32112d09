"""The pure parts of embed: blocks, spans, pace, what a pass does next, how a server is reached."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from runners.base import InvalidStep, Shard
from runners.embedding.ahead import Ahead
from runners.embedding.blocks import Block, Fault, regrouped
from runners.embedding.checking import check
from runners.embedding.encoding import encode, hash_rows
from runners.embedding.pace import ChunkPace
from runners.embedding.params import ChunkParams, EmbedParams
from runners.embedding.passes import Mode, Owner, Pass, Stage, Turn, Wanted, decide
from runners.embedding.spans import Span, spans_of
from runners.streams.server import Server, is_loopback, reach


def block(count: int, *, first: int = 0, faults: dict[int, Fault] | None = None) -> Block:
    return Block(
        places=range(first, first + count),
        ids=[f"id-{n}" for n in range(first, first + count)],
        metadata=["{}"] * count,
        matrix=np.arange(first, first + count, dtype=np.float32).reshape(count, 1) + 1,
        faults=faults or {},
    )


@given(st.lists(st.integers(0, 40), max_size=12), st.integers(1, 50))
async def test_regrouped_rows_are_the_same_rows_in_the_same_order(sizes: list[int], size: int) -> None:
    starts = np.cumsum([0, *sizes]).tolist()
    bad = {int(start): Fault("bad") for start, count in zip(starts, sizes, strict=False) if count}

    async def sent() -> AsyncIterator[Block]:
        for start, count in zip(starts, sizes, strict=False):
            yield block(count, first=start, faults={0: Fault("bad")} if count else {})

    groups = [group async for group in regrouped(sent(), rows=lambda one: size)]
    assert [place for group in groups for place in group.places] == list(range(sum(sizes)))
    assert [float(row[0]) for group in groups for row in group.matrix] == [n + 1.0 for n in range(sum(sizes))]
    assert {group.places[row] for group in groups for row in group.faults} == set(bad)
    assert all(len(group) == size for group in groups[:-1])


async def test_reading_ahead_passes_on_an_error_after_the_values_before_it() -> None:
    async def broken() -> AsyncGenerator[int, None]:
        yield 1
        yield 2
        raise ValueError("broken")

    async with Ahead(broken()) as reading:
        assert [await reading.next(), await reading.next()] == [1, 2]
        assert await reading.next_within(1) is None
        with pytest.raises(ValueError, match="broken"):
            await reading.next()


async def test_reading_ahead_that_is_left_ends_its_source() -> None:
    ended = []

    async def source() -> AsyncGenerator[int, None]:
        try:
            for n in range(10):
                yield n
        finally:
            ended.append(True)

    async with Ahead(source()) as reading:
        assert await reading.next() == 0
        assert await reading.next_within(1) == 1
    assert ended == [True]


async def test_reading_ahead_says_when_nothing_comes_soon_and_at_the_end() -> None:
    go = asyncio.Event()

    async def source() -> AsyncGenerator[int, None]:
        await go.wait()
        yield 1

    async with Ahead(source()) as reading:
        assert await reading.next_within(0.01) is None
        go.set()
        assert [await reading.next(), await reading.next_within(1), await reading.next()] == [1, None, None]


@given(st.integers(0, 10_000), st.integers(1, 50))
def test_the_parts_of_a_stream_cover_it_without_overlap(total: int, parts: int) -> None:
    spans = [Span(part, parts).rows(total) for part in range(1, parts + 1)]
    assert spans[0][0] == 0
    assert spans[-1][1] == total
    assert all(before[1] == after[0] for before, after in pairwise(spans))
    assert max(end - first for first, end in spans) - min(end - first for first, end in spans) <= 1


@pytest.mark.parametrize(
    ("rows", "lanes", "parts"), [(0, 2, 1), (3_999, 2, 1), (4_000, 2, 2), (10**9, 2, 2), (10**9, 1, 1), (5_000, 16, 2)]
)
def test_a_stream_is_loaded_in_lanes_if_that_is_worth_it(rows: int, lanes: int, parts: int) -> None:
    assert spans_of(None, rows=rows, lanes=lanes) == [Span(part, parts) for part in range(1, parts + 1)]
    assert spans_of(Shard(3, ("3/4",)), rows=rows, lanes=lanes) == [Span(3, 4)]


def test_a_slow_chunk_halves_the_next_and_quick_ones_make_it_larger_by_steps() -> None:
    pace = ChunkPace(ChunkParams())
    assert pace.size(100) == 500
    pace.took(1.1)
    assert pace.size(100) == 250
    pace.took(5.0)
    pace.took(5.0)
    assert pace.size(100) == 100
    for _ in range(3):
        pace.took(0.1)
    assert pace.size(100) == 250
    for _ in range(20):
        pace.took(0.1)
    assert pace.size(100) == 500


def test_a_chunk_of_large_rows_has_fewer_of_them() -> None:
    pace = ChunkPace(ChunkParams(max_mb=1))
    assert pace.size(2**20 // 50) == 50
    assert pace.size(2**30) == 1


OURS, THEIRS = Owner(1, "a"), Owner(2, "a")


def passed(
    owner: Owner = OURS, *, version: str = "v1", stage: Stage = Stage.LOADING, work: Any = "w", parts: int = 1
) -> Pass:
    return Pass(number=1, owner=owner, version=version, work=work, rows=9, parts=parts, mode=Mode.MERGE, stage=stage)


def wanted(*, parts: int = 1, among_shards: bool = False) -> Wanted:
    return Wanted(stream="s", owner=OURS, version="v1", work="w", rows=9, parts=parts, among_shards=among_shards)


@pytest.mark.parametrize(
    ("found", "want", "lives", "turn"),
    [
        (None, wanted(), False, Turn.NEW),
        (passed(), wanted(), False, Turn.JOIN),
        (passed(version="v0"), wanted(), False, Turn.NEW),
        (passed(work="x"), wanted(), False, Turn.NEW),
        (passed(parts=4), wanted(), False, Turn.NEW),
        (passed(version="v0", parts=4), wanted(parts=4), False, Turn.NEW),
        (passed(version="v0", parts=4), wanted(parts=4, among_shards=True), False, Turn.CHANGED),
        (passed(work="x", parts=4), wanted(parts=4, among_shards=True), False, Turn.NEW),
        (passed(stage=Stage.LOADED), wanted(), False, Turn.JOIN),
        (passed(stage=Stage.DONE), wanted(), False, Turn.DONE),
        (passed(stage=Stage.DONE, version="v0"), wanted(), False, Turn.NEW),
        (passed(THEIRS), wanted(), True, Turn.WAIT),
        (passed(THEIRS, version="v0"), wanted(), True, Turn.WAIT),
        (passed(THEIRS), wanted(), False, Turn.JOIN),
        (passed(THEIRS, version="v0", parts=4), wanted(parts=4, among_shards=True), False, Turn.NEW),
        (passed(THEIRS, stage=Stage.DONE), wanted(), True, Turn.NEW),
        (passed(THEIRS, stage=Stage.DONE), wanted(), False, Turn.NEW),
    ],
)
def test_what_an_attempt_does_about_the_pass_that_it_finds(
    found: Pass | None, want: Wanted, lives: bool, turn: Turn
) -> None:
    assert decide(found, want, owner_lives=lives) is turn


def test_the_hash_of_a_row_tells_its_vector_from_its_metadata() -> None:
    def hashed(value: float, metadata: str, *, model: str = "m", half: bool = False) -> bytes:
        one = Block(places=[0], ids=["a"], metadata=[metadata], matrix=np.array([[value]], np.float32))
        return hash_rows(one, half=half, model=model)[0]

    same = hashed(1, "{}")
    assert hashed(1, "{}") == same
    assert hashed(2, "{}")[16:] == same[16:]
    assert hashed(2, "{}")[:16] != same[:16]
    assert hashed(1, '{"a": 1}')[:16] == same[:16]
    assert hashed(1, '{"a": 1}')[16:] != same[16:]
    assert hashed(1, "{}", model="n")[:16] != same[:16]
    assert hashed(1, "{}", half=True)[:16] != same[:16]


def test_a_row_has_a_hash_however_bad_it_is_and_a_good_one_never_has_the_same() -> None:
    texts = ["{}", "{broken", "", '{"a": "\\ud800"}', "{}", "{}"]
    matrix = np.array([[1], [1], [1], [1], [np.nan], [0]], np.float32)
    bad = Block(places=range(6), ids=["a", "a", "", "\x00", "a", "a"], metadata=texts, matrix=matrix)
    assert len(set(hash_rows(bad, half=False, model="m"))) == 6


def test_rows_are_written_in_the_order_of_their_ids() -> None:
    ids = ["b", "a", "c"]
    one = Block(places=[0, 1, 2], ids=ids, metadata=["{}"] * 3, matrix=np.ones((3, 2), np.float32))
    rows = encode(one, check(one, half=False), [b"0", b"1", b"2"])
    assert (list(rows.ids), list(rows.numbers), list(rows.places)) == (["a", "b", "c"], [1, 0, 2], [1, 0, 2])
    assert list(rows.hashes) == [b"1", b"0", b"2"]


@given(st.dictionaries(st.text(), st.one_of(st.none(), st.integers(), st.text(), st.floats(allow_nan=False))))
def test_any_json_object_is_metadata_that_jsonb_takes(value: dict[str, Any]) -> None:
    one = Block(places=[0], ids=["a"], metadata=[json.dumps(value)], matrix=np.ones((1, 1), np.float32))
    checked = check(one, half=False)
    if any(isinstance(each, float) and each in (float("inf"), float("-inf")) for each in value.values()):
        assert "is no JSON number" in checked.refused[0].reason
        return
    (text,) = checked.metadata
    assert "\0" not in json.dumps(json.loads(text), ensure_ascii=False)
    text.encode()


@pytest.mark.parametrize(
    ("address", "loopback"),
    [("localhost:1", True), ("127.0.0.9:1", True), ("[::1]:1", True), ("10.0.0.1:1", False), ("db.example:1", False)],
)
def test_what_is_this_machine(address: str, loopback: bool) -> None:
    assert is_loopback(address) is loopback


def reached(address: str, *, tls: Any = "auto", token: str | None = None, ca: str | None = None) -> Server:
    return reach(
        address,
        token=token,
        tls=tls,
        authority=ca,
        certificate_name=None,
        max_message=1,
        secrets=Path("nowhere"),
        environment={"BATCHDAG_SECRET_EMBED_A": "revealed"},
    )


def test_a_server_elsewhere_is_reached_by_tls_unless_the_definition_says_off() -> None:
    assert not reached("localhost:1").uses_tls
    assert reached("db.example:1", token="secret://EMBED_A").uses_tls
    assert reached("db.example:1", token="secret://EMBED_A").token == "revealed"
    assert not reached("db.example:1", tls="off").uses_tls
    with pytest.raises(InvalidStep, match="is reached without TLS, so no certificate is checked; set tls: on"):
        reached("localhost:1", ca="secret://EMBED_A")


BAD_PARAMS = [
    ({"stream": None}, "give either stream .* or items"),
    ({"items": {"text": "x", "by": {"model": "m"}}}, "give either stream .* or items"),
    ({"stream": {"address": "a:1", "dataSet": "d", "token": "plain"}}, "pattern"),
    ({"stream": {"address": "a:1", "dataSet": "d", "token": "secret://OPENAI_KEY"}}, "pattern"),
    ({"index": {"m": 40, "efConstruction": 64}}, "efConstruction must be at least twice m, that is 80"),
    ({"chunk": {"least": 9, "most": 8}}, "least is 9, more than most, which is 8"),
    ({"unknown": 1}, "Extra inputs"),
]


@pytest.mark.parametrize(("change", "says"), BAD_PARAMS, ids=[says for _, says in BAD_PARAMS])
def test_params_that_make_no_sense_are_refused(change: dict[str, Any], says: str) -> None:
    good = {"stream": {"address": "a:1", "dataSet": "d"}, "table": "t"}
    EmbedParams.model_validate(good)
    with pytest.raises(ValidationError, match=says):
        EmbedParams.model_validate(good | change)


@pytest.mark.parametrize(
    ("maker", "says"),
    [({}, "need either by .* or server"), ({"by": {"model": "m"}, "model": "n"}, "belong into by")],
)
def test_items_need_one_who_makes_their_vectors(maker: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        EmbedParams.model_validate({"items": {"text": "x"} | maker, "table": "t"})
