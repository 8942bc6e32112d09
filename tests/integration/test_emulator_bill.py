"""The emulator's books: what is one purchase, what is another, and what is billed without anybody asking."""

from collections.abc import Iterator

import openai
import pytest

from tests.emulator_calls import MODEL, ask, line, submit, upload
from tests.emulators import RunningEmulator, running_emulator


@pytest.fixture
def emulator() -> Iterator[RunningEmulator]:
    with running_emulator(batch_seconds=60) as running:
        yield running


@pytest.fixture
def client(emulator: RunningEmulator) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=emulator.environment["OPENAI_BASE_URL"], api_key="emulator", max_retries=0) as made:
        yield made


def test_a_batch_is_billed_when_its_time_has_come_though_nobody_asks(
    client: openai.OpenAI, emulator: RunningEmulator
) -> None:
    batch = submit(client, upload(client, [line(f"k{i}", f"Number {i}") for i in range(3)]))
    assert emulator.bill()["totals"]["billed"] == 0
    emulator.advance(61)
    assert [entry["sources"] for entry in emulator.bill()["requests"]] == [{batch.id: 1}] * 3


def test_labels_do_not_make_another_purchase(client: openai.OpenAI, emulator: RunningEmulator) -> None:
    ask(client, "Tell me of pears")
    ask(client, "Tell me of pears", store=True, metadata={"intent": "one"}, user="me", service_tier="flex")
    (entry,) = emulator.bill()["requests"]
    assert (entry["times"], entry["sources"]) == (2, {"live": 2})


def test_a_request_bought_in_a_batch_and_live_is_bought_twice(client: openai.OpenAI, emulator: RunningEmulator) -> None:
    submit(client, upload(client, [line("k", "Tell me of pears")]))
    emulator.advance(61)
    client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": "Tell me of pears"}])
    (entry,) = emulator.bill("repeated")["requests"]
    assert entry["times"] == 2


@pytest.mark.parametrize("change", [{"model": "gpt-5"}, {"temperature": 0.5}])
def test_another_model_or_temperature_is_another_purchase(
    client: openai.OpenAI, emulator: RunningEmulator, change: dict[str, object]
) -> None:
    asked = {"model": MODEL, "messages": [{"role": "user", "content": "Tell me of pears"}]}
    client.chat.completions.create(**asked)
    client.chat.completions.create(**asked | change)
    assert emulator.bill()["totals"]["repeated"] == 0


def test_a_text_embedded_again_in_another_bundle_is_bought_twice(
    client: openai.OpenAI, emulator: RunningEmulator
) -> None:
    for bundle in (["a", "b"], ["b", "c"]):
        client.embeddings.create(model="text-embedding-3-small", input=bundle)
    bill = emulator.bill("repeated")
    assert (bill["totals"]["billed"], bill["totals"]["distinct"]) == (4, 3)
    assert [entry["prompt"] for entry in bill["requests"]] == ["b"]


def test_the_bill_counts_the_tokens_that_the_answers_say(client: openai.OpenAI, emulator: RunningEmulator) -> None:
    usages = [ask(client, f"Tell me of {fruit}").usage for fruit in ("pears", "plums")]
    totals = emulator.bill()["totals"]
    assert totals["input_tokens"] == sum(usage.prompt_tokens for usage in usages if usage)
    assert totals["output_tokens"] == sum(usage.completion_tokens for usage in usages if usage)


def test_a_reset_forgets_everything(client: openai.OpenAI, emulator: RunningEmulator) -> None:
    ask(client, "Tell me of pears", store=True)
    submit(client, upload(client, [line("k", "One")]))
    emulator.fault("stuck")
    emulator.settings(batch_seconds=1)
    emulator.reset()
    assert emulator.bill()["totals"]["billed"] == 0
    assert (emulator.faults(), emulator.jobs(), emulator.calls()) == ([], [], {})
    assert not client.files.list().data
    assert emulator.settings()["batch_seconds"] == 60
