"""The unmodified google-genai client, on Vertex, and the Cloud Storage client against the emulator."""

import io
import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
from google import genai
from google.api_core.exceptions import NotFound, PreconditionFailed
from google.cloud import storage
from google.genai import errors, types
from google.oauth2.credentials import Credentials

from tests.emulators import RunningEmulator, running_emulator

MODEL = "gemini-3-flash"


@pytest.fixture
def emulator() -> Iterator[RunningEmulator]:
    with running_emulator(batch_seconds=60) as running:
        yield running


@pytest.fixture
def bucket(emulator: RunningEmulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[storage.Bucket]:
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", emulator.environment["STORAGE_EMULATOR_HOST"])
    client = storage.Client(project="emulator")
    yield client.bucket("jobs")
    client.close()


@pytest.fixture
def client(emulator: RunningEmulator) -> Iterator[genai.Client]:
    environment = emulator.environment
    with genai.Client(
        vertexai=True,
        project=environment["GOOGLE_CLOUD_PROJECT"],
        location=environment["GOOGLE_CLOUD_LOCATION"],
        credentials=Credentials(token="emulator"),
        http_options=types.HttpOptions(base_url=environment["GOOGLE_VERTEX_BASE_URL"]),
    ) as made:
        yield made


def line(key: str, prompt: str) -> dict[str, Any]:
    contents = [{"role": "user", "parts": [{"text": prompt}]}]
    return {"request": {"contents": contents, "labels": {"intent": key}}}


def stage(bucket: storage.Bucket, lines: list[dict[str, Any]], *, name: str = "in/one.jsonl") -> str:
    bucket.blob(name).upload_from_string("".join(json.dumps(one) + "\n" for one in lines), if_generation_match=0)
    return f"gs://{bucket.name}/{name}"


def submit(client: genai.Client, source: str, *, key: str = "one") -> types.BatchJob:
    labels = types.HttpOptions(extra_body={"labels": {"intent": key}})
    config = types.CreateBatchJobConfig(display_name=key, dest=f"gs://jobs/out/{key}", http_options=labels)
    return client.batches.create(model=MODEL, src=source, config=config)


def answers(bucket: storage.Bucket, *, key: str = "one") -> list[dict[str, Any]]:
    (blob,) = bucket.list_blobs(prefix=f"out/{key}/")
    return [json.loads(one) for one in blob.download_as_bytes().splitlines()]


def test_an_object_is_written_once_and_read_back(bucket: storage.Bucket) -> None:
    blob = bucket.blob("in/a file.jsonl")
    blob.upload_from_string(b"content", if_generation_match=0)
    with pytest.raises(PreconditionFailed):
        bucket.blob("in/a file.jsonl").upload_from_string(b"other", if_generation_match=0)
    assert bucket.blob("in/a file.jsonl").download_as_bytes() == b"content"
    assert [one.name for one in bucket.list_blobs(prefix="in/")] == ["in/a file.jsonl"]
    blob.delete()
    with pytest.raises(NotFound):
        bucket.blob("in/a file.jsonl").download_as_bytes()


@pytest.mark.parametrize("chunk_size", [None, 1 << 20])
def test_a_large_object_arrives_whole_and_is_read_in_parts(bucket: storage.Bucket, chunk_size: int | None) -> None:
    content = os.urandom((9 << 20) + 17)
    bucket.blob("large", chunk_size=chunk_size).upload_from_file(io.BytesIO(content), size=len(content))
    assert bucket.blob("large").download_as_bytes() == content
    assert bucket.blob("large").download_as_bytes(start=5, end=9) == content[5:10]


def test_an_object_keeps_its_type_and_metadata(bucket: storage.Bucket) -> None:
    blob = bucket.blob("described")
    blob.metadata = {"intent": "one"}
    blob.upload_from_string(b"{}", content_type="application/json")
    found = bucket.get_blob("described")
    assert (found.content_type, found.metadata, found.size) == ("application/json", {"intent": "one"}, 2)


def test_live_calls_answer_count_and_embed(client: genai.Client) -> None:
    assert client.models.generate_content(model=MODEL, contents="Tell me of pears").text
    assert client.models.count_tokens(model=MODEL, contents="Tell me of pears").total_tokens
    for model in ("gemini-embedding-001", "text-embedding-005"):
        made = client.models.embed_content(model=model, contents=["a", "b"]).embeddings or []
        assert len(made) == 2


def test_a_job_echoes_requests_with_labels_in_another_order(
    client: genai.Client, bucket: storage.Bucket, emulator: RunningEmulator
) -> None:
    keys = [f"k{i}" for i in range(20)]
    job = submit(client, stage(bucket, [line(key, f"Tell me of {key}") for key in keys]))
    assert job.state is types.JobState.JOB_STATE_RUNNING
    emulator.advance(61)
    done = client.batches.get(name=job.name or "")
    assert done.state is types.JobState.JOB_STATE_SUCCEEDED
    assert done.completion_stats is not None
    assert done.completion_stats.successful_count == 20
    echoed = [one["request"]["labels"]["intent"] for one in answers(bucket)]
    assert sorted(echoed) == sorted(keys)
    assert echoed != keys


def test_a_job_says_where_its_output_is(
    client: genai.Client, bucket: storage.Bucket, emulator: RunningEmulator
) -> None:
    job = submit(client, stage(bucket, [line("k", "One")]))
    emulator.advance(61)
    done = client.batches.get(name=job.name or "")
    assert done.output_info is not None
    folder = done.output_info.gcs_output_directory or ""
    assert bucket.blob(f"{folder.removeprefix('gs://jobs/')}/predictions.jsonl").exists()


def test_jobs_are_found_by_their_display_name(client: genai.Client, bucket: storage.Bucket) -> None:
    source = stage(bucket, [line("k", "One")])
    for key in ("one", "two"):
        submit(client, source, key=key)
    found = client.batches.list(config=types.ListBatchJobsConfig(filter='displayName="two"'))
    assert [job.display_name for job in found] == ["two"]
    with pytest.raises(errors.ClientError, match="not understood"):
        list(client.batches.list(config=types.ListBatchJobsConfig(filter="colour=red")))


def test_a_job_with_some_failed_lines_is_partially_succeeded(
    client: genai.Client, bucket: storage.Bucket, emulator: RunningEmulator
) -> None:
    job = submit(client, stage(bucket, [line("good", "One"), {"request": {"labels": {"intent": "bad"}}}]))
    emulator.advance(61)
    assert client.batches.get(name=job.name or "").state is types.JobState.JOB_STATE_PARTIALLY_SUCCEEDED
    by_key = {one["request"]["labels"]["intent"]: one for one in answers(bucket)}
    assert by_key["good"]["status"] == ""
    assert by_key["bad"]["status"].startswith("INVALID_ARGUMENT")


def test_a_cancelled_job_bills_what_was_finished(
    client: genai.Client, bucket: storage.Bucket, emulator: RunningEmulator
) -> None:
    job = submit(client, stage(bucket, [line(f"k{i}", f"Number {i}") for i in range(10)]))
    emulator.advance(30.5)
    client.batches.cancel(name=job.name or "")
    assert client.batches.get(name=job.name or "").state is types.JobState.JOB_STATE_CANCELLED
    assert len(answers(bucket)) == 5
    assert emulator.bill()["totals"]["billed"] == 5


def test_labels_do_not_make_another_purchase(
    client: genai.Client, bucket: storage.Bucket, emulator: RunningEmulator
) -> None:
    submit(client, stage(bucket, [line("k1", "The same"), line("k2", "The same")]))
    emulator.advance(61)
    totals = emulator.bill()["totals"]
    assert (totals["billed"], totals["distinct"], totals["repeated"]) == (2, 1, 1)


def test_a_missing_input_is_refused(client: genai.Client) -> None:
    with pytest.raises(errors.ClientError, match="No such object"):
        submit(client, "gs://jobs/nothing.jsonl")
