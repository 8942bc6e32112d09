"""What Gemini's two APIs say of jobs, names, errors and settings, and what it means to us."""

import logging
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runners.providers import gemini, vertex
from runners.providers.base import (
    JobState,
    ProviderBusy,
    ProviderDenied,
    ProviderError,
    ProviderGone,
    ProviderRefused,
    ProviderUnsure,
)
from runners.providers.gcs import Folder
from runners.providers.google_status import (
    call_error,
    is_over_limit,
    job_state,
    just_created,
    refuses_key,
    retry_after,
)

# Jobs


@pytest.mark.parametrize("prefix", ["JOB_STATE_", "BATCH_STATE_"])
@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("PENDING", JobState.RUNNING),
        ("CANCELLING", JobState.RUNNING),
        ("SUCCEEDED", JobState.COMPLETED),
        ("PARTIALLY_SUCCEEDED", JobState.COMPLETED),
        ("EXPIRED", JobState.EXPIRED),
        ("CANCELLED", JobState.CANCELLED),
        ("FAILED", JobState.FAILED),
    ],
)
def test_both_apis_use_one_set_of_states(prefix: str, word: str, state: JobState) -> None:
    assert job_state(prefix + word, job="j", done=0) is state


def test_an_unknown_state_is_running_and_warned_about(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="batchdag"):
        assert job_state("BATCH_STATE_DREAMING", job="batches/1", done=0) is JobState.RUNNING
    assert [record.message for record in caplog.records] == ["provider.unknown_job_state"]


def test_a_job_that_failed_halfway_keeps_what_was_paid_for() -> None:
    assert job_state("JOB_STATE_FAILED", job="j", done=3) is JobState.EXPIRED


def test_a_job_refused_for_its_quota_is_over_the_limit() -> None:
    assert is_over_limit({"code": 8, "message": "enqueued tokens"})
    assert not is_over_limit({"code": 3, "message": "no such file"})


def operation(state: str, **more: Any) -> dict[str, Any]:
    metadata = {"displayName": "run-7", "state": state, "createTime": "2025-07-10T12:00:00.123456789Z"}
    return {"name": "batches/abc", "metadata": metadata | more.pop("metadata", {}), **more}


def test_a_gemini_job_has_its_progress_and_output() -> None:
    stats = {"requestCount": "10", "successfulRequestCount": "7", "failedRequestCount": "3"}
    done = {"batchStats": stats, "output": {"responsesFile": "files/batch-abc"}}
    job = gemini.job_of(operation("BATCH_STATE_SUCCEEDED", metadata=done, done=True))
    assert (job.id, job.key, job.state, job.status) == (
        "batches/abc",
        "run-7",
        JobState.COMPLETED,
        "BATCH_STATE_SUCCEEDED",
    )
    assert (job.done, job.failed, job.outputs, job.error) == (7, 3, ("files/batch-abc",), None)
    assert job.created_at == datetime(2025, 7, 10, 12, 0, 0, 123456, tzinfo=UTC)


def test_a_gemini_job_finds_its_output_in_the_operations_response_too() -> None:
    job = gemini.job_of(operation("BATCH_STATE_EXPIRED", response={"responsesFile": "files/batch-abc"}))
    assert (job.state, job.outputs) == (JobState.EXPIRED, ("files/batch-abc",))


def test_a_running_gemini_job_has_no_output_yet() -> None:
    job = gemini.job_of(operation("BATCH_STATE_RUNNING", metadata={"output": {"responsesFile": "files/early"}}))
    assert (job.state, job.outputs) == (JobState.RUNNING, ())


def test_a_failed_gemini_job_says_why() -> None:
    job = gemini.job_of(operation("BATCH_STATE_FAILED", error={"code": 8, "message": "too much enqueued"}))
    assert (job.state, job.error, job.is_over_limit) == (JobState.FAILED, "too much enqueued", True)


def test_a_vertex_job_has_its_progress_and_its_error() -> None:
    job = vertex.job_of(
        {
            "name": "projects/p/locations/l/batchPredictionJobs/1",
            "displayName": "run-7",
            "state": "JOB_STATE_PARTIALLY_SUCCEEDED",
            "createTime": "2025-07-10T12:00:00Z",
            "completionStats": {"successfulCount": 7, "failedCount": 3, "incompleteCount": -1},
            "error": {"code": 13, "message": "some failed"},
        }
    )
    assert (job.key, job.state, job.done, job.failed, job.error) == ("run-7", JobState.COMPLETED, 7, 3, "some failed")


def test_a_job_that_ended_as_it_was_created_is_running_until_the_next_look() -> None:
    job = just_created(gemini.job_of(operation("BATCH_STATE_FAILED", error={"code": 8, "message": "too much"})))
    assert (job.state, job.status, job.is_over_limit) == (JobState.RUNNING, "BATCH_STATE_FAILED", False)


# Names


def test_a_key_that_is_a_legal_file_name_is_the_file_name() -> None:
    assert gemini.file_name("run-7-job-1") == "files/run-7-job-1"


@given(st.from_regex(r"[a-z0-9_-]{1,63}", fullmatch=True))
def test_every_key_has_a_legal_file_name_of_its_own(key: str) -> None:
    name = gemini.file_name(key).removeprefix("files/")
    assert 1 <= len(name) <= 40
    assert name.strip("-") == name
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert gemini.file_name(key) == f"files/{name}"


def test_keys_that_differ_late_or_in_an_underscore_have_different_files() -> None:
    keys = ["a" * 41, "a" * 42, "run_7", "run-7", "-run-7", "run-7-"]
    assert len({gemini.file_name(key) for key in keys}) == len(keys)


# Errors of calls


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (429, ProviderBusy),
        (400, ProviderRefused),
        (401, ProviderDenied),
        (403, ProviderDenied),
        (404, ProviderGone),
        (408, ProviderUnsure),
        (409, ProviderUnsure),
        (500, ProviderUnsure),
        (503, ProviderUnsure),
        (302, ProviderUnsure),
    ],
)
def test_a_status_says_how_sure_we_are(status: int, kind: type[ProviderError]) -> None:
    error = call_error(provider="gemini", status=status, message="why")
    assert type(error) is kind
    assert str(error).startswith(f"gemini answered {status}: why; ")


def test_a_refused_key_names_the_variable_that_holds_it() -> None:
    assert "check GEMINI_API_KEY (or GOOGLE_API_KEY)" in str(call_error(provider="gemini", status=401, message="no"))
    assert "GOOGLE_APPLICATION_CREDENTIALS" in str(call_error(provider="vertex", status=401, message="no"))


def test_a_wrong_key_of_the_developer_api_is_no_bad_request() -> None:
    info = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}
    body = {"error": {"code": 400, "message": "API key not valid.", "status": "INVALID_ARGUMENT", "details": [info]}}
    assert refuses_key(body)
    assert not refuses_key({"error": {"code": 400, "message": "bad", "details": ["no object"]}})
    error = call_error(provider="gemini", status=400, message="API key not valid.", is_key_refused=refuses_key(body))
    assert type(error) is ProviderDenied
    assert "check GEMINI_API_KEY" in str(error)


def test_the_wait_comes_from_the_retry_info_and_else_from_the_header() -> None:
    info = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34.5s"}
    body = {"error": {"code": 429, "details": [{"@type": "type.googleapis.com/google.rpc.Help"}, info]}}
    assert retry_after(body, {"retry-after": "7"}) == timedelta(seconds=34.5)
    assert retry_after([body], {}) == timedelta(seconds=34.5)
    assert retry_after({}, {"retry-after": "7"}) == timedelta(seconds=7)


@pytest.mark.parametrize("word", ["Wed, 21 Oct 2026 07:28:00 GMT", "soon", "", "inf", "nan"])
def test_a_wait_that_is_no_number_of_seconds_is_unknown(word: str) -> None:
    assert retry_after({"error": {"details": ["no object"]}}, {"retry-after": word}) is None


# Settings


def test_the_sdks_are_not_imported_with_the_providers() -> None:
    program = "import sys, runners.providers.gemini, runners.providers.vertex; print('google' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("uri", ["", "bucket/prefix", "gs://", "gs:///prefix", "s3://bucket/prefix"])
def test_a_staging_place_outside_cloud_storage_is_refused(uri: str) -> None:
    with pytest.raises(ProviderRefused, match="write gs://bucket/prefix"):
        Folder.of(uri)


@pytest.mark.parametrize(
    ("uri", "name"),
    [("gs://b", "k/input.jsonl"), ("gs://b/", "k/input.jsonl"), ("gs://b/p/q/", "p/q/k/input.jsonl")],
)
def test_objects_lie_below_the_prefix_if_there_is_one(uri: str, name: str) -> None:
    folder = Folder.of(uri)
    assert (folder.name("k/input.jsonl"), folder.uri("k/input.jsonl")) == (name, f"gs://b/{name}")


@pytest.mark.parametrize(
    ("provider", "environment", "missing"),
    [
        (gemini.Gemini, {}, "GEMINI_API_KEY or GOOGLE_API_KEY"),
        (gemini.Gemini, {"GEMINI_API_KEY": ""}, "GEMINI_API_KEY or GOOGLE_API_KEY"),
        (vertex.Vertex, {}, "GOOGLE_CLOUD_PROJECT, GOOGLE_CLOUD_LOCATION, BATCHDAG_VERTEX_STAGING"),
        (vertex.Vertex, {"GOOGLE_CLOUD_PROJECT": "p"}, "GOOGLE_CLOUD_LOCATION, BATCHDAG_VERTEX_STAGING"),
        (vertex.Vertex, {"GOOGLE_CLOUD_PROJECT": "p", "GOOGLE_CLOUD_LOCATION": "l"}, "BATCHDAG_VERTEX_STAGING"),
    ],
)
def test_missing_settings_are_named_all_at_once_and_what_needs_none(
    provider: type[gemini.Gemini | vertex.Vertex], environment: dict[str, str], missing: str, tmp_path: Path
) -> None:
    with pytest.raises(ProviderRefused, match=f"set {missing}, or use the provider 'simulated'"):
        provider.from_environment(environment, storage=tmp_path)
