"""What goes wrong when it is ordered: calls, jobs, output files, answers; and that seeds decide it."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import openai
import pytest

from runners.providers.base import Finish
from services.emulator.faults import FaultKind
from tests.emulator_calls import ask, line, output, submit, upload
from tests.emulators import RunningEmulator, running_emulator


@pytest.fixture
def emulator() -> Iterator[RunningEmulator]:
    with running_emulator(batch_seconds=60) as running:
        yield running


@pytest.fixture
def client(emulator: RunningEmulator) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=emulator.environment["OPENAI_BASE_URL"], api_key="emulator", max_retries=0) as made:
        yield made


def batch_of(client: openai.OpenAI, emulator: RunningEmulator, lines: int) -> openai.types.Batch:
    """Return a batch of so many lines, as it is after its time."""
    batch = submit(client, upload(client, [line(f"k{i}", f"Number {i}") for i in range(lines)]))
    emulator.advance(61)
    return client.batches.retrieve(batch.id)


def test_drop_after_a_live_call_leaves_it_billed_and_found(client: openai.OpenAI, emulator: RunningEmulator) -> None:
    emulator.fault("drop_after", route="openai.chat")
    with pytest.raises(openai.APIConnectionError):
        ask(client, "Tell me of pears", store=True, metadata={"intent": "one"})
    assert len(client.chat.completions.list(metadata={"intent": "one"}).data) == 1
    assert emulator.bill()["totals"]["billed"] == 1


def test_drop_after_a_submit_leaves_the_batch_to_be_found(client: openai.OpenAI, emulator: RunningEmulator) -> None:
    emulator.fault("drop_after", route="openai.batches.create")
    file_id = upload(client, [line("k", "One")])
    with pytest.raises(openai.APIConnectionError):
        submit(client, file_id, intent="lost")
    assert [batch.metadata for batch in client.batches.list()] == [{"intent": "lost"}]


def test_drop_after_an_upload_leaves_the_file_to_be_found(client: openai.OpenAI, emulator: RunningEmulator) -> None:
    emulator.fault("drop_after", route="openai.files.create")
    with pytest.raises(openai.APIConnectionError):
        upload(client, [line("k", "One")], name="lost.jsonl")
    assert [file.filename for file in client.files.list()] == ["lost.jsonl"]


def test_drop_before_a_call_leaves_nothing(client: openai.OpenAI, emulator: RunningEmulator) -> None:
    emulator.fault("drop_before", route="openai.chat")
    with pytest.raises(openai.APIConnectionError):
        ask(client, "Tell me of pears", store=True)
    assert emulator.bill()["totals"]["billed"] == 0


def test_a_submit_that_is_answered_twice_makes_two_batches(client: openai.OpenAI, emulator: RunningEmulator) -> None:
    emulator.fault("twice", route="openai.batches.create")
    submit(client, upload(client, [line("k", "One")]))
    assert [batch.metadata for batch in client.batches.list()] == [{"intent": "one"}] * 2
    emulator.advance(61)
    (request,) = emulator.bill()["requests"]
    assert request["times"] == 2


def test_a_limited_call_says_when_to_come_back(client: openai.OpenAI, emulator: RunningEmulator) -> None:
    emulator.fault("rate_limited", route="openai.chat", seconds=7)
    with pytest.raises(openai.RateLimitError) as caught:
        ask(client, "Tell me of pears")
    assert caught.value.response.headers["retry-after"] == "7"


def test_a_server_error_has_the_status_that_was_ordered(client: openai.OpenAI, emulator: RunningEmulator) -> None:
    emulator.fault("server_error", route="openai.batches.create", status=500)
    with pytest.raises(openai.InternalServerError) as caught:
        submit(client, upload(client, [line("k", "One")]))
    assert caught.value.status_code == 500
    assert not client.batches.list().data


def test_a_full_lane_refuses_calls_above_the_limit(client: openai.OpenAI, emulator: RunningEmulator) -> None:
    emulator.settings(max_concurrent_calls=1, live_seconds=1)
    with ThreadPoolExecutor(2) as both:
        calls = [both.submit(ask, client, f"Tell me of {fruit}") for fruit in ("pears", "plums")]
    failures = [call.exception() for call in calls]
    assert sorted(type(failure) for failure in failures if failure) == [openai.RateLimitError]
    assert emulator.bill()["totals"]["billed"] == 1


def test_a_cut_download_ends_early(client: openai.OpenAI, emulator: RunningEmulator) -> None:
    done = batch_of(client, emulator, 3)
    emulator.fault("cut_download", route="openai.files.content")
    with pytest.raises(openai.APIConnectionError):
        output(client, done.output_file_id)
    assert len(output(client, done.output_file_id)) == 3


def test_an_expired_file_is_not_found(client: openai.OpenAI, emulator: RunningEmulator) -> None:
    done = batch_of(client, emulator, 1)
    emulator.fault("file_expired")
    with pytest.raises(openai.NotFoundError):
        output(client, done.output_file_id)


def test_a_stuck_batch_goes_on_until_its_window_ends(client: openai.OpenAI, emulator: RunningEmulator) -> None:
    emulator.fault("stuck")
    stuck = batch_of(client, emulator, 3)
    assert stuck.status == "validating"
    emulator.advance(86_400)
    assert client.batches.retrieve(stuck.id).status == "expired"
    assert emulator.bill()["totals"]["billed"] == 0


def test_an_expired_batch_keeps_and_bills_a_part(client: openai.OpenAI, emulator: RunningEmulator) -> None:
    emulator.fault("expired", fraction=0.3)
    done = batch_of(client, emulator, 10)
    assert done.status == "expired"
    assert len(output(client, done.output_file_id)) == 3
    assert {one["error"]["code"] for one in output(client, done.error_file_id).values()} == {"batch_expired"}
    assert emulator.bill()["totals"]["billed"] == 3


def test_a_batch_can_have_only_an_error_file(client: openai.OpenAI, emulator: RunningEmulator) -> None:
    emulator.fault("only_errors")
    done = batch_of(client, emulator, 3)
    assert (done.status, done.output_file_id) == ("completed", None)
    assert len(output(client, done.error_file_id)) == 3
    assert emulator.bill()["totals"]["billed"] == 0


def test_a_batch_above_the_enqueued_tokens_fails_later(client: openai.OpenAI, emulator: RunningEmulator) -> None:
    emulator.settings(max_enqueued_tokens=100, validating_seconds=10)
    batch = submit(client, upload(client, [line(f"k{i}", f"Number {i}") for i in range(10)]))
    assert batch.status == "validating"
    emulator.advance(11)
    failed = client.batches.retrieve(batch.id)
    assert failed.errors is not None
    assert [error.code for error in failed.errors.data or []] == ["token_limit_exceeded"]


def test_a_state_that_nobody_knows_is_shown_until_the_end(client: openai.OpenAI, emulator: RunningEmulator) -> None:
    emulator.fault("unknown_status", word="pondering")
    batch = submit(client, upload(client, [line("k", "One")]))
    assert batch.status == "pondering"
    emulator.advance(61)
    assert client.batches.retrieve(batch.id).status == "completed"


def test_a_list_can_lag_behind(client: openai.OpenAI, emulator: RunningEmulator) -> None:
    emulator.settings(list_lag_seconds=30)
    batch = submit(client, upload(client, [line("k", "One")]))
    ask(client, "Tell me of pears", store=True)
    lists = (client.batches.list, client.files.list, client.chat.completions.list)
    assert [len(listed().data) for listed in lists] == [0, 0, 0]
    assert client.batches.retrieve(batch.id).id == batch.id
    emulator.advance(31)
    assert [len(listed().data) for listed in lists] == [1, 1, 1]


def test_one_batch_can_be_late_in_lists(client: openai.OpenAI, emulator: RunningEmulator) -> None:
    emulator.fault("late_in_lists", seconds=30)
    file_id = upload(client, [line("k", "One")])
    for intent in ("late", "soon"):
        submit(client, file_id, intent=intent)
    assert [batch.metadata for batch in client.batches.list()] == [{"intent": "soon"}]


def test_lines_can_be_shuffled(client: openai.OpenAI, emulator: RunningEmulator) -> None:
    emulator.fault("shuffled")
    keys = list(output(client, batch_of(client, emulator, 20).output_file_id))
    assert keys != [f"k{i}" for i in range(20)]
    assert sorted(keys) == sorted(f"k{i}" for i in range(20))


def test_missing_lines_are_in_no_file_and_not_billed(client: openai.OpenAI, emulator: RunningEmulator) -> None:
    emulator.fault("missing", fraction=0.2)
    done = batch_of(client, emulator, 10)
    assert (len(output(client, done.output_file_id)), done.error_file_id) == (8, None)
    assert emulator.bill()["totals"]["billed"] == 8


def test_doubled_lines_are_billed_once(client: openai.OpenAI, emulator: RunningEmulator) -> None:
    emulator.fault("doubled", fraction=0.2)
    done = batch_of(client, emulator, 10)
    assert done.output_file_id is not None
    assert len(client.files.content(done.output_file_id).text.splitlines()) == 12
    totals = emulator.bill()["totals"]
    assert (totals["billed"], totals["repeated"]) == (10, 0)


@pytest.mark.parametrize(("billed", "expected"), [(False, 2), (True, 3)])
def test_a_truncated_last_line_is_no_json(
    client: openai.OpenAI, emulator: RunningEmulator, billed: bool, expected: int
) -> None:
    emulator.fault("truncated", billed=billed)
    done = batch_of(client, emulator, 3)
    assert done.output_file_id is not None
    *whole, last = client.files.content(done.output_file_id).text.splitlines()
    assert [json.loads(one)["custom_id"] for one in whole] == ["k0", "k1"]
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        json.loads(last)
    assert emulator.bill()["totals"]["billed"] == expected


def test_a_refusal_says_no_in_a_field_of_its_own(client: openai.OpenAI, emulator: RunningEmulator) -> None:
    emulator.fault("refusal", contains="pears")
    assert ask(client, "Tell me of plums").choices[0].message.content
    refused = ask(client, "Tell me of pears").choices[0].message
    assert refused.content is None
    assert refused.refusal


@pytest.mark.parametrize(("kind", "reason"), [("cut_off", "length"), ("filtered", "content_filter")])
def test_an_answer_can_end_for_another_reason(
    client: openai.OpenAI, emulator: RunningEmulator, kind: str, reason: str
) -> None:
    emulator.fault(kind)
    assert ask(client, "Tell me of pears").choices[0].finish_reason == reason


def test_a_malformed_answer_is_no_json(client: openai.OpenAI, emulator: RunningEmulator) -> None:
    emulator.fault("malformed")
    made = ask(client, "Count the pears", response_format={"type": "json_object"}).choices[0]
    assert made.finish_reason == "stop"
    with pytest.raises(ValueError, match="Expecting"):
        json.loads(made.message.content or "")


def test_a_line_can_fail_alone(client: openai.OpenAI, emulator: RunningEmulator) -> None:
    emulator.fault("line_error", contains="Number 1")
    done = batch_of(client, emulator, 3)
    assert list(output(client, done.output_file_id)) == ["k0", "k2"]
    assert output(client, done.error_file_id)["k1"]["response"]["status_code"] == 500
    assert emulator.bill()["totals"]["billed"] == 2


def test_an_ordered_answer_is_given_as_often_as_ordered(client: openai.OpenAI, emulator: RunningEmulator) -> None:
    emulator.answer("pears", "Pears are blue.", count=1, finish=Finish.LENGTH)
    first, second = ask(client, "Tell me of pears"), ask(client, "Tell me of pears")
    assert first.choices[0].message.content == "Pears are blue."
    assert first.choices[0].finish_reason == "length"
    assert second.choices[0].message.content != "Pears are blue."


def test_the_same_seed_spoils_the_same_answers(client: openai.OpenAI, emulator: RunningEmulator) -> None:
    def spoilt() -> list[str]:
        emulator.reset()
        emulator.fault("line_error", probability=0.3, seed=7)
        return sorted(output(client, batch_of(client, emulator, 30).error_file_id))

    first = spoilt()
    assert 0 < len(first) < 30
    assert spoilt() == first


def test_a_fault_bites_once_unless_it_is_told_otherwise(client: openai.OpenAI, emulator: RunningEmulator) -> None:
    emulator.fault("server_error", route="openai.*", skip=1)
    assert ask(client, "Tell me of pears").choices
    with pytest.raises(openai.InternalServerError):
        ask(client, "Tell me of pears")
    assert ask(client, "Tell me of pears").choices
    (fault,) = emulator.faults()
    assert (fault["chances"], fault["bites"]) == (3, 1)


def test_an_order_that_could_never_bite_is_refused(emulator: RunningEmulator) -> None:
    with pytest.raises(ValueError, match="contains works for"):
        emulator.fault("stuck", contains="pears")
    with pytest.raises(ValueError, match="kind"):
        emulator.fault("earthquake")


def test_every_kind_of_fault_can_be_ordered(emulator: RunningEmulator) -> None:
    for kind in FaultKind:
        emulator.fault(kind, route="nowhere")
    assert len(emulator.faults()) == len(FaultKind)
