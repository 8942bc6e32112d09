"""The simulated provider: jobs that outlive the process, answers that are the same each time, marked as what they are."""

import asyncio
import json
import math
import operator
import subprocess
import sys
import tracemalloc
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from runners.providers.answers import MARK
from runners.providers.base import Ask, Finish, Job, JobState, ProviderRefused, ProviderUnsure, Reply
from runners.providers.simulated import Simulated

START = datetime(2026, 11, 1, 12, tzinfo=UTC)
AN_HOUR = timedelta(hours=1)


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def provider(tmp_path: Path, clock: Clock) -> Simulated:
    return Simulated(tmp_path / "simulated", clock=clock)


@pytest.fixture
def slow(tmp_path: Path, clock: Clock) -> Simulated:
    return Simulated(tmp_path / "simulated", clock=clock, duration=AN_HOUR)


def asks(count: int) -> list[Ask]:
    return [
        Ask(key=f"bd-1-{number}", model="gpt-5-mini", prompt=f"Why is {number} a number?") for number in range(count)
    ]


async def submitted(provider: Simulated, folder: Path, asked: Sequence[Ask], *, key: str = "bd-1") -> Job:
    path = folder / "input.jsonl"
    path.write_bytes(b"".join(map(provider.line, asked)))
    return await provider.submit(await provider.stage(path, key=key), key=key, model="gpt-5-mini")


async def replies(provider: Simulated, job: Job) -> list[Reply]:
    [output] = job.outputs
    content = b"".join([block async for block in provider.fetch(output)])
    return [provider.read(line) for line in content.splitlines()]


def nearness(one: Sequence[float], other: Sequence[float]) -> float:
    return math.fsum(map(operator.mul, one, other))


async def test_a_job_is_done_at_once_and_answers_every_ask_in_words_of_its_prompt(
    provider: Simulated, tmp_path: Path
) -> None:
    job = await submitted(provider, tmp_path, asks(450))
    assert (job.state, job.done, job.failed) == (JobState.COMPLETED, 450, 0)
    answered = await replies(provider, job)
    assert [reply.key for reply in answered] == [ask.key for ask in asks(450)]
    assert all((reply.text or "").startswith(MARK) for reply in answered)


async def test_every_raw_answer_says_that_it_is_simulated(provider: Simulated, tmp_path: Path) -> None:
    batch = await replies(provider, await submitted(provider, tmp_path, asks(2)))
    live = await provider.generate(asks(1)[0])
    assert [reply.raw["simulated"] for reply in [*batch, live]] == [True] * 3


async def test_a_live_call_gives_the_answer_that_a_job_gives(provider: Simulated, tmp_path: Path) -> None:
    [in_job] = await replies(provider, await submitted(provider, tmp_path, asks(1)))
    assert await provider.generate(asks(1)[0]) == in_job


async def test_another_process_goes_on_with_the_job(provider: Simulated, tmp_path: Path, clock: Clock) -> None:
    job = await submitted(provider, tmp_path, asks(3))
    expected = await replies(provider, job)
    other = Simulated(tmp_path / "simulated", clock=clock)
    [found] = await other.find_by_key("bd-1", since=START)
    assert found == job == await other.status(job.id)
    assert await replies(other, found) == expected


def test_a_process_of_its_own_makes_the_same_answers(provider: Simulated) -> None:
    code = (
        "import asyncio, pathlib, sys\n"
        "from runners.providers.base import Ask\n"
        "from runners.providers.simulated import Simulated\n"
        "ask = Ask(key='k', model='m', prompt='광합성이란?', response_schema={'type': 'string'})\n"
        "print(asyncio.run(Simulated(pathlib.Path('.')).generate(ask)).text.encode().hex())\n"
    )
    made = {subprocess.run([sys.executable, "-c", code], check=True, capture_output=True).stdout for _ in range(2)}
    assert len(made) == 1


async def test_submitting_again_under_one_key_is_the_same_job(
    provider: Simulated, tmp_path: Path, clock: Clock
) -> None:
    first = await submitted(provider, tmp_path, asks(3))
    clock.at += AN_HOUR
    assert (await submitted(provider, tmp_path, asks(3))).created_at == first.created_at
    assert len(await provider.find_by_key("bd-1", since=START)) == 1


async def test_many_submits_at_the_same_time_are_one_job(provider: Simulated, tmp_path: Path) -> None:
    path = tmp_path / "input.jsonl"
    path.write_bytes(b"".join(map(provider.line, asks(2))))
    await asyncio.gather(*[provider.stage(path, key="bd-1") for _ in range(8)])
    jobs = await asyncio.gather(*[provider.submit("bd-1", key="bd-1", model="m") for _ in range(8)])
    assert len({job.created_at for job in jobs}) == 1
    assert sorted(path.name for path in (tmp_path / "simulated").iterdir()) == ["bd-1.json", "bd-1.jsonl"]


async def test_a_job_takes_its_time_and_has_no_output_before(slow: Simulated, tmp_path: Path, clock: Clock) -> None:
    job = await submitted(slow, tmp_path, asks(10))
    clock.at += AN_HOUR / 2
    job = await slow.status(job.id)
    assert (job.state, job.done, job.outputs) == (JobState.RUNNING, 5, ())
    with pytest.raises(ProviderRefused, match="not done yet"):
        await anext(slow.fetch("bd-1"))
    clock.at += AN_HOUR / 2
    job = await slow.status(job.id)
    assert (job.state, job.done) == (JobState.COMPLETED, 10)
    assert len(await replies(slow, job)) == 10


async def test_cancelling_keeps_what_was_answered_by_then(slow: Simulated, tmp_path: Path, clock: Clock) -> None:
    job = await submitted(slow, tmp_path, asks(10))
    clock.at += AN_HOUR * 0.3
    await slow.cancel(job.id)
    clock.at += AN_HOUR
    job = await slow.status(job.id)
    assert (job.state, job.done) == (JobState.CANCELLED, 3)
    assert len(await replies(slow, job)) == 3


async def test_cancelling_what_is_done_changes_nothing(provider: Simulated, tmp_path: Path) -> None:
    job = await submitted(provider, tmp_path, asks(2))
    await provider.cancel(job.id)
    assert await provider.status(job.id) == job


async def test_an_ask_that_cannot_be_answered_fails_alone(provider: Simulated, tmp_path: Path) -> None:
    impossible = Ask(key="bad", model="m", prompt="?", response_schema={"enum": ["a"], "type": "integer"})
    good, failed = await replies(provider, await submitted(provider, tmp_path, [*asks(1), impossible]))
    assert good.failure is None
    assert failed.key == "bad"
    assert failed.failure
    assert not failed.failure.is_retryable
    assert "$: none of ['a'] fits" in failed.failure.message
    with pytest.raises(ProviderRefused, match=r"none of \['a'\] fits"):
        await provider.generate(impossible)


async def test_a_line_that_is_not_ours_fails_alone(provider: Simulated, tmp_path: Path) -> None:
    path = tmp_path / "input.jsonl"
    path.write_bytes(b'{"custom_id": 1}\n' + provider.line(asks(1)[0]))
    job = await provider.submit(await provider.stage(path, key="bd-1"), key="bd-1", model="m")
    failed, good = await replies(provider, job)
    assert (failed.key, failed.failure and failed.failure.code) == (None, "invalid_request")
    assert good.finish is Finish.STOP


async def test_options_win_over_our_fields(provider: Simulated) -> None:
    reply = await provider.generate(Ask(key="k", model="m", prompt="words", options={"max_output_tokens": 3}))
    assert (reply.finish, reply.usage.output_tokens) == (Finish.LENGTH, 3)


@pytest.mark.parametrize("prompt", ["\ud83d half of an emoji", "\u0000\u2028 breaks\nlines\r", "광합성"])
async def test_any_prompt_survives_the_files(prompt: str, provider: Simulated, tmp_path: Path) -> None:
    asked = Ask(key="k", model="m", prompt=prompt)
    [reply] = await replies(provider, await submitted(provider, tmp_path, [asked]))
    assert (reply.key, reply.failure) == ("k", None)


async def test_staging_other_content_under_one_key_is_refused(provider: Simulated, tmp_path: Path) -> None:
    await submitted(provider, tmp_path, asks(2))
    with pytest.raises(ProviderRefused, match=r"another file of .* is staged under bd-1"):
        await submitted(provider, tmp_path, asks(3))


@pytest.mark.parametrize("key", ["../up", "A", "", "a/b", "a" * 64, "k\n"])
async def test_a_key_that_is_no_file_name_is_refused(key: str, provider: Simulated, tmp_path: Path) -> None:
    with pytest.raises(ProviderRefused, match="a key must match"):
        await submitted(provider, tmp_path, asks(1), key=key)


async def test_submitting_what_was_never_staged_is_refused(provider: Simulated) -> None:
    with pytest.raises(ProviderRefused, match=r"cannot submit bd-1: .* is not there"):
        await provider.submit("bd-1", key="bd-1", model="m")


async def test_storage_that_fails_leaves_it_open_what_was_done(tmp_path: Path) -> None:
    (tmp_path / "simulated").write_text("a file where the folder should be")
    with pytest.raises(ProviderUnsure, match="see to the storage folder"):
        await submitted(Simulated(tmp_path / "simulated"), tmp_path, asks(1))


async def test_sweeping_deletes_old_jobs_of_ours_and_what_a_killed_process_left(
    provider: Simulated, tmp_path: Path, clock: Clock
) -> None:
    for key in ("bd-old", "other-old"):
        await submitted(provider, tmp_path, asks(1), key=key)
    clock.at += AN_HOUR
    await submitted(provider, tmp_path, asks(1), key="bd-new")
    assert await provider.sweep(prefix="bd-", before=clock.at) == 1
    assert await provider.find_by_key("bd-old", since=START) == []
    assert len(await provider.find_by_key("other-old", since=START)) == 1
    with pytest.raises(ProviderRefused, match="no job bd-old"):
        await provider.status("simulated-bd-old")


async def test_an_output_is_made_in_bounded_memory(provider: Simulated, tmp_path: Path) -> None:
    long = [Ask(key=f"k{number}", model="m", prompt=f"{number} " + "word " * 400) for number in range(4_000)]
    [output] = (await submitted(provider, tmp_path, long)).outputs
    tracemalloc.start()
    size = sum([len(block) async for block in provider.fetch(output)])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3_000_000 < (tmp_path / "simulated" / "bd-1.jsonl").stat().st_size
    assert size > 400_000


async def test_similar_texts_are_nearer_than_others(provider: Simulated) -> None:
    (one, like, other), usage = await provider.embed(
        ["How do plants make sugar from light?", "Plants make sugar from the light", "The war of 1812 in Canada"],
        model="text-embedding-3-small",
    )
    assert len(one) == 1536
    assert math.hypot(*one) == pytest.approx(1)
    assert nearness(one, like) > 0.5 > abs(nearness(one, other)) + 0.2
    assert usage.input_tokens > 10


async def test_korean_texts_with_other_endings_are_near(provider: Simulated) -> None:
    vectors, _ = await provider.embed(
        ["광합성작용을 설명하시오", "광합성작용이 무엇인가", "세계대전의 원인"], model="m"
    )
    assert nearness(vectors[0], vectors[1]) > nearness(vectors[0], vectors[2]) + 0.1


@pytest.mark.parametrize("text", ["", "?!", "\ud83d"])
async def test_a_text_without_words_has_a_vector_too(text: str, provider: Simulated) -> None:
    [[*vector]], _ = await provider.embed([text], model="m", dimensions=3)
    assert math.hypot(*vector) == pytest.approx(1)


@pytest.mark.parametrize("seconds", ["-1", "nan", "1e3", "soon"])
def test_a_duration_that_is_none_is_refused(seconds: str, tmp_path: Path) -> None:
    with pytest.raises(ProviderRefused, match="BATCHDAG_SIMULATED_SECONDS"):
        Simulated.from_environment({"BATCHDAG_SIMULATED_SECONDS": seconds}, storage=tmp_path)


async def test_the_environment_says_where_and_how_long(tmp_path: Path) -> None:
    provider = Simulated.from_environment({"BATCHDAG_SIMULATED_SECONDS": "3600"}, storage=tmp_path)
    job = await submitted(provider, tmp_path, asks(1))
    assert job.state is JobState.RUNNING
    assert json.loads((tmp_path / "simulated" / "bd-1.json").read_text())["key"] == "bd-1"
