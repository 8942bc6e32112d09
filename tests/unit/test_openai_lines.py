"""How asks are written for OpenAI, and how its answers and jobs are read: no network."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from runners.base import Json
from runners.providers.base import Ask, Failure, Finish, JobState, Tier, Usage
from runners.providers.openai_asks import chat_body, job_line, live_body, responses_body
from runners.providers.openai_jobs import job
from runners.providers.openai_replies import Reader, Unreadable, chat_reply, line_reply, responses_reply
from runners.providers.openai_schemas import fits_strict

NOW = datetime(2026, 1, 1, tzinfo=UTC)
CLOSED = {
    "type": "object",
    "properties": {"answer": {"type": "string"}},
    "required": ["answer"],
    "additionalProperties": False,
}


def ask(**more: Any) -> Ask:
    return Ask(**({"key": "sq-1", "model": "gpt-x", "prompt": "왜?"} | more))


def closed(**properties: Json) -> dict[str, Json]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


class TestWriting:
    def test_a_line_of_chat_carries_key_address_and_body(self) -> None:
        line = job_line("sq-1", url="/v1/chat/completions", body=chat_body(ask(system="Be brief.", temperature=0.2)))
        assert json.loads(line) == {
            "custom_id": "sq-1",
            "method": "POST",
            "url": "/v1/chat/completions",
            "body": {
                "model": "gpt-x",
                "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "왜?"}],
                "max_completion_tokens": 1024,
                "temperature": 0.2,
            },
        }

    def test_a_line_is_one_line_of_utf_8(self) -> None:
        line = job_line("sq-1", url="/v1/responses", body=responses_body(ask(prompt="왜?\n그래서?")))
        assert line.count(b"\n") == 1
        assert line.endswith(b"\n")
        assert "왜".encode() in line

    def test_a_body_of_responses_names_things_its_own_way(self) -> None:
        assert responses_body(ask(system="Be brief.", temperature=0.0)) == {
            "model": "gpt-x",
            "input": "왜?",
            "instructions": "Be brief.",
            "max_output_tokens": 1024,
            "temperature": 0.0,
        }

    @pytest.mark.parametrize(("schema", "strict"), [(CLOSED, True), ({"type": "object"}, False)])
    def test_a_schema_is_strict_only_if_it_can_be(self, schema: dict[str, Json], strict: bool) -> None:
        named = {"name": "answer", "schema": schema, "strict": strict}
        chat, responses = chat_body(ask(response_schema=schema)), responses_body(ask(response_schema=schema))
        assert chat["response_format"] == {"type": "json_schema", "json_schema": named}
        assert responses["text"] == {"format": {"type": "json_schema", **named}}

    def test_options_win_over_what_we_write(self) -> None:
        options = {"max_completion_tokens": 7, "seed": 1}
        body = chat_body(ask(options=options))
        assert (body["max_completion_tokens"], body["seed"]) == (7, 1)

    def test_the_verbosity_of_a_text_does_not_cost_its_format(self) -> None:
        body = responses_body(ask(response_schema=CLOSED, options={"text": {"verbosity": "low"}}))
        assert set(body["text"]) == {"format", "verbosity"}

    def test_a_live_call_is_stored_under_its_key(self) -> None:
        body = live_body(chat_body(ask(options={"metadata": {"team": "a"}})), key="sq-1", tier=Tier.STANDARD)
        assert body["store"] is True
        assert body["metadata"] == {"team": "a", "intent": "sq-1"}
        assert "service_tier" not in body

    def test_a_live_call_that_must_not_be_stored_is_not_marked(self) -> None:
        body = live_body(chat_body(ask(options={"store": False})), key="sq-1", tier=Tier.STANDARD)
        assert body["store"] is False
        assert "metadata" not in body

    def test_flex_is_asked_for_by_service_tier(self) -> None:
        assert live_body(chat_body(ask()), key="sq-1", tier=Tier.FLEX)["service_tier"] == "flex"


class TestStrictSchemas:
    @pytest.mark.parametrize(
        "schema",
        [
            CLOSED,
            closed(list={"type": "array", "items": CLOSED}),
            closed(either={"anyOf": [{"type": "null"}, CLOSED]}),
            closed(maybe={"type": ["string", "null"], "enum": ["a", None]}),
            closed(when={"type": "string", "format": "date"}),
            closed(part={"$ref": "#/$defs/part"}) | {"$defs": {"part": CLOSED}},
        ],
    )
    def test_what_openai_can_enforce_is_strict(self, schema: dict[str, Json]) -> None:
        assert fits_strict(schema)

    @pytest.mark.parametrize(
        "schema",
        [
            {"type": "array", "items": {"type": "string"}},
            {"anyOf": [CLOSED], **CLOSED},
            CLOSED | {"additionalProperties": True},
            CLOSED | {"required": []},
            closed(any={}),
            closed(open={"type": "object"}),
            closed(maybe={"type": ["object", "null"]}),
            closed(list={"type": "array"}),
            closed(list={"type": "array", "items": {"type": "object"}}),
            closed(either={"oneOf": [{"type": "string"}]}),
            closed(site={"type": "string", "format": "uri"}),
            closed(part={"$ref": "#/$defs/part"}) | {"$defs": {"part": {"type": "object"}}},
        ],
    )
    def test_what_openai_would_refuse_or_we_are_not_sure_of_is_not(self, schema: dict[str, Json]) -> None:
        assert not fits_strict(schema)


def completion(*, finish: str = "stop", **message: Json) -> dict[str, Json]:
    return {
        "id": "chatcmpl-1",
        "choices": [{"index": 0, "finish_reason": finish, "message": {"role": "assistant", **message}}],
        "usage": {
            "prompt_tokens": 10,
            "completion_tokens": 5,
            "prompt_tokens_details": {"cached_tokens": 4},
            "completion_tokens_details": {"reasoning_tokens": 3},
        },
    }


def response(*, status: str = "completed", **more: Json) -> dict[str, Json]:
    reasoning = {"type": "reasoning", "content": [{"type": "reasoning_text", "text": "hm"}]}
    parts = [{"type": "output_text", "text": "be"}, {"type": "output_text", "text": "cause"}]
    return {
        "id": "resp_1",
        "status": status,
        "output": [reasoning, {"type": "message", "content": parts}],
        "usage": {
            "input_tokens": 10,
            "output_tokens": 5,
            "input_tokens_details": {"cached_tokens": 4},
            "output_tokens_details": {"reasoning_tokens": 3},
        },
        **more,
    }


def output_line(body: Json, *, status: int = 200) -> bytes:
    return json.dumps({"custom_id": "sq-1", "response": {"status_code": status, "body": body}, "error": None}).encode()


def error_line(**error: Json) -> bytes:
    return json.dumps({"custom_id": "sq-1", "response": None, "error": error}).encode()


class TestReading:
    @pytest.mark.parametrize(
        ("body", "reader"),
        [(completion(content="because"), chat_reply), (response(), responses_reply)],
        ids=["chat", "responses"],
    )
    def test_an_answer_reads_with_its_key_text_and_usage(self, body: Json, reader: Reader) -> None:
        reply = line_reply(output_line(body), reader)
        assert (reply.key, reply.text, reply.finish, reply.failure) == ("sq-1", "because", Finish.STOP, None)
        assert reply.usage == Usage(input_tokens=10, output_tokens=5, cached_tokens=4)
        assert reply.raw == body

    @pytest.mark.parametrize(
        ("body", "reader", "finish"),
        [
            (completion(finish="length", content="b"), chat_reply, Finish.LENGTH),
            (completion(finish="content_filter", content=None), chat_reply, Finish.FILTERED),
            (completion(finish="tool_calls", content=None), chat_reply, Finish.OTHER),
            (completion(refusal="No."), chat_reply, Finish.REFUSED),
            (
                response(status="incomplete", incomplete_details={"reason": "max_output_tokens"}),
                responses_reply,
                Finish.LENGTH,
            ),
            (
                response(status="incomplete", incomplete_details={"reason": "content_filter"}),
                responses_reply,
                Finish.FILTERED,
            ),
            (response(status="in_progress"), responses_reply, Finish.OTHER),
            (
                response(output=[{"type": "message", "content": [{"type": "refusal", "refusal": "No."}]}]),
                responses_reply,
                Finish.REFUSED,
            ),
        ],
    )
    def test_why_the_model_stopped_is_read(self, body: Json, reader: Reader, finish: Finish) -> None:
        assert reader(body, key=None).finish is finish

    def test_an_answer_without_usage_counts_nothing(self) -> None:
        assert chat_reply(completion(content="b") | {"usage": None}, key=None).usage == Usage()

    def test_a_line_that_does_not_say_whose_it_is_has_no_key(self) -> None:
        line = json.dumps({"response": {"status_code": 200, "body": completion(content="b")}}).encode()
        assert line_reply(line, chat_reply).key is None

    @pytest.mark.parametrize("code", ["batch_expired", "batch_cancelled", "request_timeout"])
    def test_a_request_that_was_never_made_may_be_made_again(self, code: str) -> None:
        reply = line_reply(error_line(code=code, message="Late."), chat_reply)
        assert reply.failure == Failure(code=code, message="Late.", is_retryable=True)
        assert (reply.key, reply.text) == ("sq-1", None)

    @pytest.mark.parametrize(
        ("status", "is_retryable"), [(400, False), (404, False), (408, True), (429, True), (500, True), (503, True)]
    )
    def test_a_refused_request_is_retryable_by_its_status(self, status: int, is_retryable: bool) -> None:
        body = {"error": {"code": None, "type": "some_error", "message": "No."}}
        failure = line_reply(output_line(body, status=status), chat_reply).failure
        assert failure == Failure(code="some_error", message="No.", is_retryable=is_retryable)

    def test_an_error_that_is_no_json_object_is_still_a_failure(self) -> None:
        failure = line_reply(output_line("Bad gateway", status=502), chat_reply).failure
        assert failure == Failure(code="http_502", message="Bad gateway", is_retryable=True)

    @pytest.mark.parametrize(("code", "is_retryable"), [("server_error", True), ("invalid_prompt", False)])
    def test_a_response_that_failed_is_a_failure_in_spite_of_its_status(self, code: str, is_retryable: bool) -> None:
        body = response(status="failed", error={"code": code, "message": "No."})
        failure = line_reply(output_line(body), responses_reply).failure
        assert failure == Failure(code=code, message="No.", is_retryable=is_retryable)

    @pytest.mark.parametrize(
        "line",
        [
            output_line(completion(content="b"))[:40],
            b"",
            b"[]",
            b"\xff\xfe",
            b'{"custom_id": "sq-1"}',
            output_line({"choices": []}),
            output_line(None),
        ],
    )
    def test_what_openai_does_not_write_is_unreadable(self, line: bytes) -> None:
        with pytest.raises(Unreadable, match=r"^openai: .* cannot be read"):
            line_reply(line, chat_reply)


def batch(status: str, **more: Json) -> dict[str, Json]:
    return {"id": "batch_1", "status": status, "created_at": int(NOW.timestamp()), "object": "batch"} | more


class TestJobs:
    def test_a_job_reads_with_key_time_and_counts(self) -> None:
        raw = batch(
            "in_progress", metadata={"intent": "sq-1"}, request_counts={"total": 9, "completed": 3, "failed": 2}
        )
        found = job(raw)
        assert (found.id, found.key, found.state, found.created_at) == ("batch_1", "sq-1", JobState.RUNNING, NOW)
        assert (found.done, found.failed, found.outputs, found.status) == (3, 2, (), "in_progress")
        assert found.raw == raw

    def test_a_job_of_another_has_no_key(self) -> None:
        assert job(batch("completed", metadata=None)).key is None

    @pytest.mark.parametrize("status", ["completed", "expired", "cancelled"])
    def test_an_ended_job_gives_whatever_files_there_are(self, status: str) -> None:
        assert job(batch(status, output_file_id=None, error_file_id="file-2")).outputs == ("file-2",)
        assert job(batch(status, output_file_id="file-1", error_file_id="file-2")).outputs == ("file-1", "file-2")

    def test_a_job_with_a_state_that_we_do_not_know_is_running(self, caplog: pytest.LogCaptureFixture) -> None:
        assert job(batch("reticulating")).state is JobState.RUNNING
        assert "provider.unknown_job_state" in caplog.text

    def test_a_failed_job_says_why(self) -> None:
        errors = [{"code": "invalid_json_line", "line": n, "message": "Bad."} for n in range(1, 6)]
        found = job(batch("failed", errors={"data": errors}))
        assert found.state is JobState.FAILED
        assert (found.error or "").startswith("line 1: invalid_json_line: Bad.; line 2")
        assert (found.error or "").endswith("and 2 more")
        assert not found.is_over_limit

    def test_a_job_above_the_enqueued_limit_is_over_limit(self) -> None:
        assert job(batch("failed", errors={"data": [{"code": "token_limit_exceeded"}]})).is_over_limit
