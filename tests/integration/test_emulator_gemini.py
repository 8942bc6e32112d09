"""The unmodified google-genai client, in developer mode, against the emulator."""

import io
import json
import urllib.request
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from google import genai
from google.genai import errors, types

from tests.emulators import RunningEmulator, running_emulator

MODEL = "gemini-3-flash"
SCHEMA = {"type": "OBJECT", "properties": {"word": {"type": "STRING", "nullable": True}}, "required": ["word"]}


@pytest.fixture
def emulator() -> Iterator[RunningEmulator]:
    with running_emulator(batch_seconds=60) as running:
        yield running


@pytest.fixture
def client(emulator: RunningEmulator) -> Iterator[genai.Client]:
    options = types.HttpOptions(base_url=emulator.environment["GOOGLE_GEMINI_BASE_URL"])
    with genai.Client(vertexai=False, api_key="emulator", http_options=options) as made:
        yield made


def line(key: str, prompt: str) -> dict[str, Any]:
    return {"key": key, "request": {"contents": [{"role": "user", "parts": [{"text": prompt}]}]}}


def upload(client: genai.Client, lines: Sequence[object], *, name: str = "files/intent-1") -> str:
    content = io.BytesIO("".join(json.dumps(one) + "\n" for one in lines).encode())
    named = types.UploadFileConfig(name=name, display_name="input", mime_type="jsonl")
    return client.files.upload(file=content, config=named).name or ""


def submit(client: genai.Client, file: str, *, key: str = "one") -> types.BatchJob:
    return client.batches.create(model=MODEL, src=file, config=types.CreateBatchJobConfig(display_name=key))


def answers(client: genai.Client, job: types.BatchJob) -> dict[str, Any]:
    assert job.dest is not None
    content = client.files.download(file=job.dest.file_name or "")
    return {one["key"]: one for one in map(json.loads, content.splitlines())}


def test_an_answer_fits_a_schema_in_google_s_own_words(client: genai.Client) -> None:
    form = types.GenerateContentConfig(response_schema=SCHEMA, response_mime_type="application/json")
    made = client.models.generate_content(model=MODEL, contents="Name a pear", config=form)
    assert set(json.loads(made.text or "")) == {"word"}
    assert made.usage_metadata is not None
    assert made.usage_metadata.candidates_token_count


def test_an_answer_is_cut_off_at_its_most_tokens(client: genai.Client) -> None:
    form = types.GenerateContentConfig(max_output_tokens=3)
    made = client.models.generate_content(model=MODEL, contents="Tell me of pears", config=form)
    assert made.candidates is not None
    assert made.candidates[0].finish_reason is types.FinishReason.MAX_TOKENS


def test_tokens_are_counted_and_not_billed(client: genai.Client, emulator: RunningEmulator) -> None:
    assert client.models.count_tokens(model=MODEL, contents="Tell me of pears").total_tokens
    assert emulator.bill()["totals"]["billed"] == 0


def test_every_text_gets_a_vector_of_its_own(client: genai.Client, emulator: RunningEmulator) -> None:
    short = types.EmbedContentConfig(output_dimensionality=8)
    made = client.models.embed_content(model="gemini-embedding-001", contents=["a pear", "a plum"], config=short)
    assert [len(one.values or []) for one in made.embeddings or []] == [8, 8]
    assert emulator.bill()["totals"]["billed"] == 2


def test_a_file_is_found_under_the_name_it_was_given(client: genai.Client) -> None:
    name = upload(client, [line("k", "One")])
    assert client.files.get(name=name).display_name == "input"
    assert [file.name for file in client.files.list()] == [name]
    with pytest.raises(errors.ClientError, match="ALREADY_EXISTS"):
        upload(client, [line("k", "One")])
    client.files.delete(name=name)
    with pytest.raises(errors.ClientError, match="PERMISSION_DENIED"):
        client.files.get(name=name)


def test_a_name_that_the_api_would_refuse_is_refused(client: genai.Client) -> None:
    with pytest.raises(errors.ClientError, match="INVALID_ARGUMENT"):
        upload(client, [line("k", "One")], name="files/under_score")


def test_a_large_file_arrives_in_blocks(client: genai.Client) -> None:
    content = b"x" * (9 << 20)
    made = client.files.upload(file=io.BytesIO(content), config=types.UploadFileConfig(mime_type="text/plain"))
    assert made.size_bytes == len(content)


def test_a_batch_from_a_file_answers_every_line(client: genai.Client, emulator: RunningEmulator) -> None:
    job = submit(client, upload(client, [line(f"k{i}", f"Number {i}") for i in range(5)]))
    assert job.state is types.JobState.JOB_STATE_RUNNING
    emulator.advance(61)
    done = client.batches.get(name=job.name or "")
    assert done.state is types.JobState.JOB_STATE_SUCCEEDED
    made = answers(client, done)
    assert sorted(made) == ["k0", "k1", "k2", "k3", "k4"]
    assert made["k3"]["response"]["candidates"][0]["finishReason"] == "STOP"


def test_a_batch_shows_its_progress_to_who_reads_it_raw(client: genai.Client, emulator: RunningEmulator) -> None:
    job = submit(client, upload(client, [line(f"k{i}", f"Number {i}") for i in range(10)]))
    emulator.advance(30.5)
    address = f"{emulator.environment['GOOGLE_GEMINI_BASE_URL']}/v1beta/{job.name}"
    with urllib.request.urlopen(urllib.request.Request(address, headers={"x-goog-api-key": "emulator"})) as response:
        stats = json.load(response)["metadata"]["batchStats"]
    assert stats == {"requestCount": "10", "successfulRequestCount": "5", "pendingRequestCount": "5"}


def test_a_batch_of_requests_in_the_call_holds_its_answers(client: genai.Client, emulator: RunningEmulator) -> None:
    asked = [{"contents": [{"role": "user", "parts": [{"text": "One"}]}], "metadata": {"key": "k"}}]
    job = client.batches.create(model=MODEL, src=asked)
    emulator.advance(61)
    done = client.batches.get(name=job.name or "")
    assert done.dest is not None
    assert [one.metadata for one in done.dest.inlined_responses or []] == [{"key": "k"}]


@pytest.mark.filterwarnings("ignore:batches.create_embeddings")
def test_a_batch_of_embeddings_holds_its_vectors(client: genai.Client, emulator: RunningEmulator) -> None:
    asked = {"contents": ["a", "b"], "config": {"output_dimensionality": 4}}
    source = types.EmbeddingsBatchJobSource(inlined_requests=asked)
    job = client.batches.create_embeddings(model="gemini-embedding-001", src=source)
    emulator.advance(61)
    done = client.batches.get(name=job.name or "")
    assert done.dest is not None
    made = [one.response.embedding for one in done.dest.inlined_embed_content_responses or []]
    assert [len(one.values) for one in made] == [4, 4]


def test_batches_are_found_by_their_display_name_over_pages(client: genai.Client) -> None:
    file = upload(client, [line("k", "One")])
    for key in "abc":
        submit(client, file, key=key)
    listed = client.batches.list(config=types.ListBatchJobsConfig(page_size=2))
    assert [job.display_name for job in listed] == ["c", "b", "a"]


def test_a_cancelled_batch_bills_what_was_finished(client: genai.Client, emulator: RunningEmulator) -> None:
    job = submit(client, upload(client, [line(f"k{i}", f"Number {i}") for i in range(10)]))
    emulator.advance(30.5)
    client.batches.cancel(name=job.name or "")
    done = client.batches.get(name=job.name or "")
    assert done.state is types.JobState.JOB_STATE_CANCELLED
    assert len(answers(client, done)) == 5
    assert emulator.bill()["totals"]["billed"] == 5


def test_files_are_gone_after_two_days(client: genai.Client, emulator: RunningEmulator) -> None:
    name = upload(client, [line("k", "One")])
    emulator.advance(2 * 86_400 + 1)
    with pytest.raises(errors.ClientError, match="PERMISSION_DENIED"):
        client.files.get(name=name)


def test_a_caller_without_a_key_is_refused(emulator: RunningEmulator) -> None:
    request = urllib.request.Request(f"{emulator.environment['GOOGLE_GEMINI_BASE_URL']}/v1/files")
    with pytest.raises(urllib.error.HTTPError, match="403") as caught:
        urllib.request.urlopen(request)
    with caught.value as refusal:
        assert json.load(refusal)["error"]["status"] == "PERMISSION_DENIED"


async def test_the_asynchronous_client_works_as_well(emulator: RunningEmulator) -> None:
    options = types.HttpOptions(base_url=emulator.environment["GOOGLE_GEMINI_BASE_URL"])
    async with genai.Client(vertexai=False, api_key="emulator", http_options=options).aio as client:
        content = io.BytesIO(json.dumps(line("k", "One")).encode())
        file = await client.files.upload(file=content, config=types.UploadFileConfig(mime_type="jsonl"))
        job = await client.batches.create(model=MODEL, src=file.name or "")
        emulator.advance(61)
        done = await client.batches.get(name=job.name or "")
        assert done.dest is not None
        assert b'"key": "k"' in await client.files.download(file=done.dest.file_name or "")
