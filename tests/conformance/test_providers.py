"""What every provider promises, claimed once for all of them; the real SDKs speak to a local emulator.

``simulated`` has no network that could fail: the claims about broken calls are made for the other four.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import jsonschema
import pytest

from runners.providers.base import Finish, Job, JobState, ProviderBusy, ProviderRefused, ProviderUnsure, Reply, Tier
from runners.providers.vertex import Vertex
from tests.conformance.conftest import ALL, FINDING, FLEXIBLE, FORGETTING, REMOTE, SLOW, SUBJECTS, Bench

every_provider = pytest.mark.parametrize("bench", ALL, indirect=True)
every_remote_provider = pytest.mark.parametrize("bench", REMOTE, indirect=True)

SDKS = {"openai", "google.genai", "google.cloud.storage", "httpx2"}
SCHEMA = {
    "type": "object",
    "properties": {
        "answer": {"type": "string"},
        "confidence": {"type": "integer", "minimum": 0, "maximum": 5},
        "steps": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["answer", "confidence", "steps"],
    "additionalProperties": False,
}


class TestJobs:
    @every_provider
    async def test_every_ask_is_answered_once_under_its_key(self, bench: Bench) -> None:
        asks = bench.asks(25)
        job = await bench.finished(await bench.submitted(asks, key="bd-1"))
        assert (job.state, job.key, job.done, job.failed) == (JobState.COMPLETED, "bd-1", 25, 0)
        replies = await bench.replies(job)
        assert sorted(reply.key or "" for reply in replies) == sorted(ask.key for ask in asks)
        assert all(reply.finish is Finish.STOP and reply.text and not reply.failure for reply in replies)

    @every_provider
    async def test_the_usage_of_every_answer_is_counted(self, bench: Bench) -> None:
        job = await bench.finished(await bench.submitted(bench.asks(3), key="bd-1"))
        usages = [reply.usage for reply in await bench.replies(job)]
        assert [usage.input_tokens > 0 and usage.output_tokens > 0 for usage in usages] == [True] * 3

    @every_provider
    async def test_a_structured_answer_fits_its_schema(self, bench: Bench) -> None:
        asks = bench.asks(3, response_schema=SCHEMA)
        job = await bench.finished(await bench.submitted(asks, key="bd-1"))
        replies = await bench.replies(job)
        assert len(replies) == 3
        for reply in replies:
            jsonschema.validate(json.loads(reply.text or ""), SCHEMA)

    @every_provider
    async def test_a_job_is_found_by_its_key_and_not_by_another(self, bench: Bench) -> None:
        job = await bench.submitted(bench.asks(2), key="bd-1")
        await bench.submitted(bench.asks(2), key="bd-10")
        assert [found.id for found in await bench.found("bd-1")] == [job.id]

    @every_remote_provider
    async def test_a_job_is_found_behind_many_newer_ones(self, bench: Bench) -> None:
        bench.emulator.settings(max_page=2)
        first, *_ = [await bench.submitted(bench.asks(1), key=f"bd-{number}") for number in range(5)]
        assert [found.id for found in await bench.found("bd-0")] == [first.id]

    @every_remote_provider
    async def test_two_jobs_of_one_key_are_found_the_oldest_first(self, bench: Bench) -> None:
        bench.fault("twice", "create_job")
        job = await bench.submitted(bench.asks(1), key="bd-1")
        first, second = await bench.found("bd-1")
        assert first.id == job.id != second.id

    @every_provider
    async def test_an_unknown_key_finds_nothing(self, bench: Bench) -> None:
        await bench.submitted(bench.asks(2), key="bd-1")
        assert await bench.found("bd-2") == []

    @every_provider
    async def test_a_status_shows_the_job_that_was_submitted(self, bench: Bench) -> None:
        job = await bench.submitted(bench.asks(2), key="bd-1")
        seen = await bench.provider.status(job.id)
        assert (seen.id, seen.key, seen.created_at) == (job.id, "bd-1", job.created_at)

    @every_provider
    async def test_a_job_that_has_ended_may_be_cancelled_in_vain(self, bench: Bench) -> None:
        job = await bench.finished(await bench.submitted(bench.asks(2), key="bd-1"))
        await bench.provider.cancel(job.id)
        assert (await bench.provider.status(job.id)).state is JobState.COMPLETED

    @pytest.mark.parametrize("slow_bench", ALL, indirect=True)
    async def test_cancelling_keeps_what_was_finished(self, slow_bench: Bench) -> None:
        job = await slow_bench.submitted(slow_bench.asks(10), key="bd-1")
        slow_bench.age(SLOW / 2)
        await slow_bench.provider.cancel(job.id)
        await _keeps(slow_bench, await slow_bench.finished(job), state=JobState.CANCELLED, finished=5)

    @pytest.mark.parametrize("slow_bench", ALL, indirect=True)
    async def test_a_job_that_is_not_done_is_running_and_has_no_output(self, slow_bench: Bench) -> None:
        submitted = await slow_bench.submitted(slow_bench.asks(10), key="bd-1")
        slow_bench.age(SLOW / 2)
        for job in (submitted, await slow_bench.provider.status(submitted.id), *await slow_bench.found("bd-1")):
            assert (job.state, job.outputs, job.error) == (JobState.RUNNING, (), None)

    @every_remote_provider
    async def test_an_expired_job_keeps_its_partial_output(self, bench: Bench) -> None:
        bench.fault("expired", "create_job", fraction=0.5)
        job = await bench.finished(await bench.submitted(bench.asks(10), key="bd-1"))
        await _keeps(bench, job, state=JobState.EXPIRED, finished=5)

    @every_remote_provider
    async def test_a_job_of_which_every_request_failed_is_completed_and_says_so(self, bench: Bench) -> None:
        bench.fault("only_errors", "create_job")
        job = await bench.finished(await bench.submitted(bench.asks(4), key="bd-1"))
        replies = await bench.replies(job)
        assert [bool(reply.failure and reply.failure.is_retryable) for reply in replies] == [True] * 4

    @every_remote_provider
    async def test_a_job_that_is_over_the_limit_says_that_nothing_is_wrong_with_it(self, bench: Bench) -> None:
        bench.emulator.settings(max_enqueued_tokens=1)
        job = await bench.finished(await bench.submitted(bench.asks(2), key="bd-1"))
        assert (job.state, job.is_over_limit, job.outputs) == (JobState.FAILED, True, ())
        assert job.error

    @every_remote_provider
    async def test_a_job_that_has_ended_before_its_output_is_there_says_so(self, bench: Bench) -> None:
        bench.fault("late_output", "create_job", seconds=600)
        job = await bench.finished(await bench.submitted(bench.asks(3), key="bd-1"))
        assert (job.state, job.outputs, job.awaits_output) == (JobState.COMPLETED, (), True)
        bench.age(timedelta(seconds=601))
        job = await bench.provider.status(job.id)
        assert not job.awaits_output
        assert len(await bench.replies(job)) == 3

    @pytest.mark.parametrize("slow_bench", REMOTE, indirect=True)
    async def test_a_state_that_nobody_knows_is_running(
        self, slow_bench: Bench, caplog: pytest.LogCaptureFixture
    ) -> None:
        slow_bench.fault("unknown_status", "create_job")
        job = await slow_bench.submitted(slow_bench.asks(2), key="bd-1")
        assert (await slow_bench.provider.status(job.id)).state is JobState.RUNNING
        assert "provider.unknown_job_state" in caplog.text


class TestOutputs:
    @every_remote_provider
    async def test_shuffled_and_doubled_lines_still_carry_their_keys(self, bench: Bench) -> None:
        bench.fault("shuffled", "create_job")
        bench.fault("doubled", "create_job", fraction=1)
        asks = bench.asks(10)
        job = await bench.finished(await bench.submitted(asks, key="bd-1"))
        answered = [reply.key or "" for reply in await bench.replies(job)]
        assert sorted(answered) == sorted([ask.key for ask in asks] * 2)

    @every_provider
    async def test_a_line_that_repeats_its_request_tells_which_it_is(self, bench: Bench) -> None:
        asks = bench.asks(5)
        job = await bench.finished(await bench.submitted(asks, key="bd-1"))
        wanted = {ask.key: bench.provider.echo(bench.provider.line(ask)) for ask in asks}
        lines = await bench.lines(job)
        assert {bench.provider.read(line).key: bench.provider.echo(line) for line in lines} == wanted
        assert len(set(wanted.values())) == (5 if bench.subject.provider is Vertex else 1)

    @every_remote_provider
    async def test_a_truncated_line_cannot_be_read(self, bench: Bench) -> None:
        bench.fault("truncated", "create_job")
        job = await bench.finished(await bench.submitted(bench.asks(3), key="bd-1"))
        *whole, last = await bench.lines(job)
        assert len([bench.provider.read(line) for line in whole]) == 2
        with pytest.raises(ValueError, match=r"."):
            bench.provider.read(last)

    @every_provider
    @pytest.mark.parametrize("line", [b"", b"[]", b"{}", b"\xff", b"null", b'"a"', b'{"response": 1}'])
    def test_what_the_provider_does_not_write_cannot_be_read(self, bench: Bench, line: bytes) -> None:
        with pytest.raises(ValueError, match=r"."):
            bench.provider.read(line)

    @every_remote_provider
    async def test_a_broken_download_is_unsure_and_works_the_next_time(self, bench: Bench) -> None:
        job = await bench.finished(await bench.submitted(bench.asks(50), key="bd-1"))
        bench.fault("cut_download", "download")
        with pytest.raises(ProviderUnsure):
            await bench.replies(job)
        assert len(await bench.replies(job)) == 50

    @every_remote_provider
    @pytest.mark.parametrize(
        ("kind", "finish"),
        [("refusal", Finish.REFUSED), ("filtered", Finish.FILTERED), ("cut_off", Finish.LENGTH)],
    )
    async def test_an_answer_that_is_no_good_says_why(self, bench: Bench, kind: str, finish: Finish) -> None:
        bench.fault(kind, "answer")
        job = await bench.finished(await bench.submitted(bench.asks(1), key="bd-1"))
        [reply] = await bench.replies(job)
        assert reply.finish is bench.subject.finishes.get(finish, finish)
        assert (reply.key, reply.failure) == ("bd-1-0", None)

    @every_provider
    async def test_an_answer_that_is_cut_off_by_length_says_so(self, bench: Bench) -> None:
        job = await bench.finished(await bench.submitted(bench.asks(1, max_output_tokens=2), key="bd-1"))
        [reply] = await bench.replies(job)
        assert reply.finish is Finish.LENGTH


class TestStaging:
    @every_provider
    async def test_staging_twice_uploads_once(self, bench: Bench) -> None:
        path = bench.written(bench.asks(3))
        first = await bench.provider.stage(path, key="bd-1")
        uploads = bench.calls("upload")
        assert await bench.provider.stage(path, key="bd-1") == first
        assert bench.calls("upload") == uploads

    @every_remote_provider
    async def test_an_upload_whose_answer_is_lost_is_found_again(self, bench: Bench) -> None:
        path = bench.written(bench.asks(3))
        bench.fault("drop_after", "upload", skip=bench.subject.calls_per_upload - 1)
        with pytest.raises(ProviderUnsure):
            await bench.provider.stage(path, key="bd-1")
        uploads = bench.calls("upload")
        staged = await bench.provider.stage(path, key="bd-1")
        assert bench.calls("upload") == uploads
        job = await bench.finished(await bench.provider.submit(staged, key="bd-1", model=bench.subject.model))
        assert len(await bench.replies(job)) == 3

    @every_provider
    async def test_sweeping_deletes_only_old_files_of_ours(self, bench: Bench) -> None:
        path = bench.written(bench.asks(1))
        for key in ("bd-old", "other-old"):
            await bench.provider.stage(path, key=key)
        bench.age(timedelta(days=1))
        before = bench.now() - timedelta(hours=12)
        staged = await bench.provider.stage(path, key="bd-new")
        assert await bench.provider.sweep(prefix="bd-", before=before) == 1
        assert await bench.provider.sweep(prefix="bd-", before=before) == 0
        assert await bench.provider.stage(path, key="bd-new") == staged

    @every_remote_provider
    async def test_sweeping_goes_through_every_page(self, bench: Bench) -> None:
        bench.emulator.settings(max_page=2)
        path = bench.written(bench.asks(1))
        for number in range(5):
            await bench.provider.stage(path, key=f"bd-{number}")
        bench.age(timedelta(minutes=10))
        assert await bench.provider.sweep(prefix="bd-", before=bench.now() - timedelta(minutes=5)) == 5


class TestBrokenCalls:
    @every_remote_provider
    async def test_a_create_whose_answer_is_lost_is_unsure_and_the_job_is_found_by_its_key(self, bench: Bench) -> None:
        bench.fault("drop_after", "create_job")
        with pytest.raises(ProviderUnsure):
            await bench.submitted(bench.asks(2), key="bd-1")
        [job] = await bench.found("bd-1")
        assert bench.calls("create_job") == 1
        assert len(await bench.replies(await bench.finished(job))) == 2

    @every_remote_provider
    async def test_a_create_that_never_arrived_is_unsure_and_finds_nothing(self, bench: Bench) -> None:
        bench.fault("drop_before", "create_job")
        with pytest.raises(ProviderUnsure):
            await bench.submitted(bench.asks(2), key="bd-1")
        assert await bench.found("bd-1") == []

    @every_remote_provider
    @pytest.mark.parametrize("status", [500, 503])
    async def test_a_server_error_is_unsure_and_is_not_repeated(self, bench: Bench, status: int) -> None:
        bench.fault("server_error", "create_job", status=status)
        with pytest.raises(ProviderUnsure):
            await bench.submitted(bench.asks(2), key="bd-1")
        assert bench.calls("create_job") == 1

    @every_remote_provider
    async def test_too_many_requests_is_busy_says_how_long_and_is_not_repeated(self, bench: Bench) -> None:
        bench.fault("rate_limited", "create_job", seconds=7)
        with pytest.raises(ProviderBusy) as caught:
            await bench.submitted(bench.asks(2), key="bd-1")
        assert caught.value.retry_after == timedelta(seconds=7)
        assert bench.calls("create_job") == 1

    @every_remote_provider
    async def test_a_bad_request_is_refused_and_is_not_repeated(self, bench: Bench) -> None:
        bench.fault("server_error", "create_job", status=400)
        with pytest.raises(ProviderRefused, match=bench.subject.provider.name.partition("_")[0]):
            await bench.submitted(bench.asks(2), key="bd-1")
        assert bench.calls("create_job") == 1

    @every_remote_provider
    @pytest.mark.parametrize("status", [401, 403, 404, 422])
    async def test_a_live_call_that_cannot_go_well_is_refused(self, bench: Bench, status: int) -> None:
        bench.fault("server_error", "generate", status=status)
        with pytest.raises(ProviderRefused):
            await bench.provider.generate(bench.ask("bd-1"))

    @every_provider
    async def test_a_job_that_does_not_exist_is_refused(self, bench: Bench) -> None:
        job = await bench.submitted(bench.asks(1), key="bd-1")
        with pytest.raises(ProviderRefused):
            await bench.provider.status(job.id[:-4] + "0000")

    @every_remote_provider
    async def test_a_read_that_breaks_may_simply_be_repeated(self, bench: Bench) -> None:
        job = await bench.submitted(bench.asks(1), key="bd-1")
        bench.fault("drop_before", "job")
        with pytest.raises(ProviderUnsure):
            await bench.provider.status(job.id)
        assert (await bench.provider.status(job.id)).id == job.id


class TestLiveCalls:
    @every_provider
    async def test_a_live_call_is_answered_at_once(self, bench: Bench) -> None:
        reply = await bench.provider.generate(bench.ask("bd-1", response_schema=SCHEMA))
        assert (reply.key, reply.finish, reply.failure) == ("bd-1", Finish.STOP, None)
        assert reply.usage.input_tokens > 0
        jsonschema.validate(json.loads(reply.text or ""), SCHEMA)

    @pytest.mark.parametrize("bench", FLEXIBLE, indirect=True)
    async def test_a_live_call_may_be_served_cheaper_and_slower(self, bench: Bench) -> None:
        reply = await bench.provider.generate(bench.ask("bd-1"), tier=Tier.FLEX)
        assert (reply.key, reply.finish) == ("bd-1", Finish.STOP)

    @every_remote_provider
    async def test_too_many_live_calls_are_busy_and_bill_nothing(self, bench: Bench) -> None:
        bench.fault("rate_limited", "generate", seconds=2)
        with pytest.raises(ProviderBusy) as caught:
            await bench.provider.generate(bench.ask("bd-1"))
        assert caught.value.retry_after == timedelta(seconds=2)
        assert bench.calls("generate") == 1
        assert bench.billed() == 0

    @pytest.mark.parametrize("bench", FINDING, indirect=True)
    async def test_a_live_answer_that_was_lost_is_found_again(self, bench: Bench) -> None:
        bench.fault("drop_after", "generate")
        with pytest.raises(ProviderUnsure):
            await bench.provider.generate(bench.ask("bd-1"))
        reply = await bench.provider.find_reply("bd-1", since=bench.now())
        assert reply
        assert (reply.key, reply.finish, bool(reply.text)) == ("bd-1", Finish.STOP, True)
        assert await bench.provider.find_reply("bd-2", since=bench.now()) is None
        assert bench.billed() == 1

    @pytest.mark.parametrize("bench", FORGETTING, indirect=True)
    async def test_who_keeps_no_live_answers_says_so(self, bench: Bench) -> None:
        await bench.provider.generate(bench.ask("bd-1"))
        assert not bench.provider.finds_replies
        assert await bench.provider.find_reply("bd-1", since=bench.now()) is None

    @every_remote_provider
    async def test_a_live_call_ends_by_the_longest_that_is_promised(self, bench: Bench) -> None:
        bench.emulator.settings(live_seconds=30)
        bench.provider.longest_call = timedelta(seconds=0.3)
        async with asyncio.timeout(20):
            with pytest.raises(ProviderUnsure, match=r"no answer came within 0\.3 s"):
                await bench.provider.generate(bench.ask("bd-1"))

    @every_remote_provider
    def test_an_operator_may_say_how_long_a_live_call_takes(self, bench: Bench, tmp_path: Path) -> None:
        environment = {**bench.emulator.environment, **bench.subject.settings}
        make = bench.subject.provider.from_environment
        assert make(environment, storage=tmp_path).longest_call == timedelta(minutes=15)
        assert make({**environment, "BATCHDAG_CALL_SECONDS": "60"}, storage=tmp_path).longest_call.seconds == 60
        with pytest.raises(ProviderRefused, match="BATCHDAG_CALL_SECONDS must be a number of seconds"):
            make({**environment, "BATCHDAG_CALL_SECONDS": "soon"}, storage=tmp_path)

    @every_provider
    async def test_calls_may_be_made_at_the_same_time(self, bench: Bench) -> None:
        asks = bench.asks(20)
        replies = await asyncio.gather(*map(bench.provider.generate, asks))
        assert [reply.key for reply in replies] == [ask.key for ask in asks]


class TestEmbeddings:
    @every_provider
    async def test_as_many_vectors_come_back_as_texts_went_in_and_in_order(self, bench: Bench) -> None:
        texts = [f"text {number}" for number in range(7)]
        vectors, usage = await bench.provider.embed(texts, model=bench.subject.embedding_model, dimensions=8)
        [alone], _ = await bench.provider.embed(texts[3:4], model=bench.subject.embedding_model, dimensions=8)
        assert [len(vector) for vector in vectors] == [8] * 7
        assert list(vectors[3]) == pytest.approx(list(alone))
        assert list(vectors[2]) != pytest.approx(list(alone))
        assert (usage.input_tokens > 0) is bench.subject.counts_embedded_tokens

    @every_provider
    async def test_no_texts_are_no_vectors(self, bench: Bench) -> None:
        vectors, usage = await bench.provider.embed([], model=bench.subject.embedding_model)
        assert (list(vectors), usage.input_tokens) == ([], 0)


class TestSettings:
    @pytest.mark.parametrize("bench", REMOTE, indirect=True)
    def test_a_provider_without_settings_says_which_to_set(self, bench: Bench, tmp_path: Path) -> None:
        with pytest.raises(ProviderRefused, match=r"[A-Z]+_[A-Z_]+"):
            bench.subject.provider.from_environment({}, storage=tmp_path)

    def test_importing_the_providers_imports_no_sdk(self) -> None:
        modules = sorted({subject.provider.__module__ for subject in SUBJECTS.values()})
        code = f"import sys, {', '.join(modules)}; print({SDKS!r} & sys.modules.keys())"
        done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
        assert done.stdout == "set()\n"


async def _keeps(bench: Bench, job: Job, *, state: JobState, finished: int) -> None:
    assert (job.state, job.done) == (state, finished)
    answers = _answered(await bench.replies(job))
    assert len({reply.key for reply in answers}) == finished
    if bench.subject.routes:  # who calls nobody is not billed by anybody
        assert bench.billed() == finished


def _answered(replies: Sequence[Reply]) -> list[Reply]:
    return [reply for reply in replies if reply.failure is None]
