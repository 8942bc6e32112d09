"""The unmodified OpenAI client against the emulator."""

import json
from collections.abc import Iterator

import openai
import pytest

from tests.emulator_calls import MODEL, ask, line, output, submit, upload
from tests.emulators import RunningEmulator, running_emulator

SCHEMA = {
    "type": "object",
    "properties": {"word": {"type": "string"}, "count": {"type": "integer"}},
    "required": ["word", "count"],
    "additionalProperties": False,
}


@pytest.fixture
def emulator() -> Iterator[RunningEmulator]:
    with running_emulator(batch_seconds=60) as running:
        yield running


@pytest.fixture
def client(emulator: RunningEmulator) -> Iterator[openai.OpenAI]:
    environment = emulator.environment
    with openai.OpenAI(
        base_url=environment["OPENAI_BASE_URL"], api_key=environment["OPENAI_API_KEY"], max_retries=0
    ) as made:
        yield made


def test_an_answer_fits_the_schema_that_was_asked_for(client: openai.OpenAI) -> None:
    form = {"type": "json_schema", "json_schema": {"name": "counted", "schema": SCHEMA, "strict": True}}
    answer = json.loads(ask(client, "Count the pears", response_format=form).choices[0].message.content or "")
    assert isinstance(answer["word"], str)
    assert isinstance(answer["count"], int)


def test_the_same_request_gets_the_same_answer(client: openai.OpenAI) -> None:
    first, second = ask(client, "Tell me of pears"), ask(client, "Tell me of pears")
    assert first.choices[0].message.content == second.choices[0].message.content
    assert first.usage == second.usage


def test_a_stored_completion_is_found_by_its_metadata(client: openai.OpenAI) -> None:
    kept = ask(client, "Tell me of pears", store=True, metadata={"intent": "one"})
    ask(client, "Tell me of plums", store=True, metadata={"intent": "two"})
    ask(client, "Tell me of grapes", metadata={"intent": "one"})
    assert [found.id for found in client.chat.completions.list(metadata={"intent": "one"})] == [kept.id]
    assert client.chat.completions.retrieve(kept.id).choices == kept.choices


def test_responses_answer_and_are_kept(client: openai.OpenAI) -> None:
    form = {"format": {"type": "json_schema", "name": "counted", "schema": SCHEMA, "strict": True}}
    made = client.responses.create(model=MODEL, instructions="Be brief.", input="Count the pears", text=form)
    assert set(json.loads(made.output_text)) == {"word", "count"}
    assert made.usage is not None
    assert made.usage.output_tokens > 0
    assert client.responses.retrieve(made.id).output_text == made.output_text


@pytest.mark.parametrize("form", ["float", "base64"])
def test_an_embedding_is_the_same_unit_vector_in_either_encoding(client: openai.OpenAI, form: str) -> None:
    plain = client.embeddings.create(model="text-embedding-3-small", input="a pear").data[0].embedding
    asked = {"encoding_format": form} if form == "float" else {}
    made = client.embeddings.create(model="text-embedding-3-small", input=["a plum", "a pear"], **asked)
    assert [len(one.embedding) for one in made.data] == [1536, 1536]
    assert made.data[1].embedding == pytest.approx(plain, abs=1e-6)
    assert sum(value * value for value in plain) == pytest.approx(1, abs=1e-3)


def test_a_batch_answers_every_line(client: openai.OpenAI, emulator: RunningEmulator) -> None:
    batch = submit(client, upload(client, [line(f"k{i}", f"Number {i}") for i in range(5)]))
    assert batch.status == "in_progress"
    emulator.advance(61)
    done = client.batches.retrieve(batch.id)
    assert (done.status, done.error_file_id) == ("completed", None)
    assert done.request_counts is not None
    assert done.request_counts.completed == 5
    answers = output(client, done.output_file_id)
    assert sorted(answers) == ["k0", "k1", "k2", "k3", "k4"]
    assert answers["k3"]["response"]["body"]["choices"][0]["finish_reason"] == "stop"


def test_a_batch_of_embeddings_answers_every_line(client: openai.OpenAI, emulator: RunningEmulator) -> None:
    body = {"model": "text-embedding-3-small", "input": ["a", "b"], "dimensions": 8}
    file_id = upload(client, [{"custom_id": "k", "method": "POST", "url": "/v1/embeddings", "body": body}])
    batch = client.batches.create(input_file_id=file_id, endpoint="/v1/embeddings", completion_window="24h")
    emulator.advance(61)
    made = output(client, client.batches.retrieve(batch.id).output_file_id)["k"]["response"]["body"]
    assert [len(one["embedding"]) for one in made["data"]] == [8, 8]
    assert emulator.bill()["totals"]["routes"] == {"openai.embeddings": 2}


def test_batches_are_listed_newest_first_over_pages(client: openai.OpenAI) -> None:
    file_id = upload(client, [line("k", "One")])
    for intent in "abcde":
        submit(client, file_id, intent=intent)
    page = client.batches.list(limit=2)
    assert page.has_more
    assert [batch.metadata for batch in page] == [{"intent": intent} for intent in "edcba"]


def test_a_cancelled_batch_keeps_and_bills_what_was_finished(client: openai.OpenAI, emulator: RunningEmulator) -> None:
    batch = submit(client, upload(client, [line(f"k{i}", f"Number {i}") for i in range(10)]))
    emulator.advance(30.5)
    assert client.batches.cancel(batch.id).status == "cancelled"
    done = client.batches.retrieve(batch.id)
    assert len(output(client, done.output_file_id)) == 5
    errors = output(client, done.error_file_id)
    assert {one["error"]["code"] for one in errors.values()} == {"batch_cancelled"}
    assert emulator.bill()["totals"]["billed"] == 5


def test_a_batch_whose_lines_repeat_an_id_is_refused(client: openai.OpenAI, emulator: RunningEmulator) -> None:
    batch = submit(client, upload(client, [line("k", "One"), line("k", "Two")]))
    assert batch.status == "failed"
    assert batch.errors is not None
    assert [(error.code, error.line) for error in batch.errors.data or []] == [("duplicate_custom_id", 2)]
    assert emulator.bill()["totals"]["billed"] == 0


def test_a_wrong_line_becomes_an_error_that_costs_nothing(client: openai.OpenAI, emulator: RunningEmulator) -> None:
    wrong = line("bad", "") | {"body": {"model": MODEL, "messages": []}}
    batch = submit(client, upload(client, [line("good", "One"), wrong]))
    emulator.advance(61)
    done = client.batches.retrieve(batch.id)
    assert list(output(client, done.output_file_id)) == ["good"]
    assert output(client, done.error_file_id)["bad"]["response"]["status_code"] == 400
    assert emulator.bill()["totals"]["billed"] == 1


def test_files_are_found_by_name_and_gone_when_deleted(client: openai.OpenAI) -> None:
    file_id = upload(client, [line("k", "One")], name="intent-1.jsonl")
    assert [(f.id, f.filename) for f in client.files.list(purpose="batch")] == [(file_id, "intent-1.jsonl")]
    client.files.delete(file_id)
    with pytest.raises(openai.NotFoundError, match=file_id):
        client.files.retrieve(file_id)


def test_a_batch_survives_the_deletion_of_its_input(client: openai.OpenAI, emulator: RunningEmulator) -> None:
    file_id = upload(client, [line("k", "One")])
    batch = submit(client, file_id)
    client.files.delete(file_id)
    emulator.advance(61)
    assert client.batches.retrieve(batch.id).status == "completed"


def test_a_caller_without_a_key_is_refused(emulator: RunningEmulator) -> None:
    with (
        openai.OpenAI(
            base_url=emulator.environment["OPENAI_BASE_URL"],
            api_key="unused",
            max_retries=0,
            default_headers={"Authorization": ""},
        ) as client,
        pytest.raises(openai.AuthenticationError, match="didn't provide an API key"),
    ):
        ask(client, "Tell me of pears")


def test_a_schema_that_nothing_fits_is_refused_as_a_mistake_of_the_caller(client: openai.OpenAI) -> None:
    form = {"type": "json_schema", "json_schema": {"name": "none", "schema": {"type": "integer", "enum": ["a"]}}}
    with pytest.raises(openai.BadRequestError):
        ask(client, "Count the pears", response_format=form)
