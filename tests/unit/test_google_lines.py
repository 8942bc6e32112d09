"""What Gemini's two APIs are sent in a line, and how a line of theirs is read: an answer or a failure."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runners.providers import gemini, vertex
from runners.providers.base import Ask, Finish, Reply, Tier, Usage
from runners.providers.google import request_body, with_tier
from runners.providers.google_status import failure

ASK = Ask(key="run-7_item-1", model="gemini-3.8-flash", prompt="안녕", system="Answer in Korean.", temperature=0.0)
SCHEMA = {"type": "object", "properties": {"word": {"type": "string"}}, "required": ["word"]}
KEYS = st.from_regex(r"[a-z0-9_-]{1,63}", fullmatch=True)


def response(finish: str = "STOP", *, text: str = "네", **more: Any) -> dict[str, Any]:
    candidate = {"content": {"role": "model", "parts": [{"text": text}]}, "finishReason": finish}
    return {"candidates": [candidate], "usageMetadata": {"promptTokenCount": 5, "candidatesTokenCount": 2}, **more}


def read_gemini(value: Any) -> Reply:
    return gemini.read(json.dumps(value).encode())


def read_vertex(value: Any) -> Reply:
    return vertex.read(json.dumps(value).encode())


# Requests


def test_a_request_has_the_prompt_the_system_text_and_the_bounds() -> None:
    assert request_body(ASK) == {
        "contents": [{"role": "user", "parts": [{"text": "안녕"}]}],
        "systemInstruction": {"parts": [{"text": "Answer in Korean."}]},
        "generationConfig": {"maxOutputTokens": 1024, "temperature": 0.0},
    }


def test_a_schema_asks_for_json_that_fits_it() -> None:
    config = request_body(Ask(key="k", model="m", prompt="p", response_schema=SCHEMA))["generationConfig"]
    assert config["responseMimeType"] == "application/json"
    assert config["responseJsonSchema"] == SCHEMA


def test_options_win_and_leave_the_rest_of_an_object_alone() -> None:
    options = {
        "generationConfig": {"maxOutputTokens": 9, "thinkingConfig": {"thinkingBudget": 0}},
        "safetySettings": [],
    }
    body = request_body(Ask(key="k", model="m", prompt="p", temperature=1.0, options=options))
    assert body["generationConfig"] == {
        "maxOutputTokens": 9,
        "temperature": 1.0,
        "thinkingConfig": {"thinkingBudget": 0},
    }
    assert body["safetySettings"] == []


def test_only_a_flex_call_names_a_tier() -> None:
    assert "serviceTier" not in with_tier({}, Tier.STANDARD)
    assert with_tier({}, Tier.FLEX) == {"serviceTier": "flex"}


def test_a_gemini_line_carries_the_key_beside_the_request() -> None:
    line = gemini.line(ASK)
    assert line.endswith(b"}\n")
    assert line.count(b"\n") == 1
    assert json.loads(line) == {"key": "run-7_item-1", "request": request_body(ASK)}


def test_a_vertex_line_carries_the_key_as_a_label_beside_other_labels() -> None:
    ask = Ask(key="k-1", model="m", prompt="p", options={"labels": {"team": "content"}})
    assert json.loads(vertex.line(ask))["request"]["labels"] == {"team": "content", "batchdag_key": "k-1"}


@given(prompt=st.text(alphabet=st.characters(codec="utf-8")), key=KEYS)
def test_a_line_is_one_line_and_a_vertex_echo_gives_the_key_back(prompt: str, key: str) -> None:
    ask = Ask(key=key, model="m", prompt=prompt)
    assert gemini.line(ask).count(b"\n") == 1
    echoed = {**json.loads(vertex.line(ask)), "status": "", "response": response()}
    assert read_vertex(echoed).key == key


# Answers


@pytest.mark.parametrize(
    ("read", "envelope"),
    [
        (read_gemini, {"key": "k"}),
        (read_vertex, {"request": {"labels": {"batchdag_key": "k"}}, "status": "", "processed_time": "2025-01-01"}),
    ],
)
def test_an_answer_has_its_key_text_finish_and_tokens(read: Callable[[Any], Reply], envelope: dict[str, Any]) -> None:
    reply = read({**envelope, "response": response()})
    assert reply == Reply(key="k", raw=response(), text="네", finish=Finish.STOP, usage=Usage(5, 2, 0))


@pytest.mark.parametrize(
    ("word", "finish"),
    [
        ("STOP", Finish.STOP),
        ("MAX_TOKENS", Finish.LENGTH),
        ("CONTINUATION", Finish.LENGTH),
        ("SAFETY", Finish.FILTERED),
        ("RECITATION", Finish.FILTERED),
        ("PROHIBITED_CONTENT", Finish.FILTERED),
        ("MALFORMED_FUNCTION_CALL", Finish.OTHER),
        ("SOMETHING_NEW", Finish.OTHER),
    ],
)
def test_only_stop_is_good(word: str, finish: Finish) -> None:
    assert read_gemini({"key": "k", "response": response(word)}).finish is finish


def test_a_blocked_prompt_is_an_answer_without_text_that_was_billed() -> None:
    blocked = {"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": {"promptTokenCount": 7}}
    reply = read_gemini({"key": "k", "response": blocked})
    assert (reply.text, reply.finish, reply.usage, reply.failure) == (None, Finish.FILTERED, Usage(7, 0, 0), None)


def test_a_filtered_candidate_without_content_has_no_text() -> None:
    reply = read_gemini({"key": "k", "response": {"candidates": [{"finishReason": "SAFETY"}]}})
    assert (reply.text, reply.finish) == (None, Finish.FILTERED)


def test_thoughts_are_no_text_but_count_as_output() -> None:
    parts = [{"text": "let me think", "thought": True}, {"text": "a"}, {"text": "b"}]
    usage = {
        "promptTokenCount": 100,
        "cachedContentTokenCount": 60,
        "candidatesTokenCount": 2,
        "thoughtsTokenCount": 40,
        "toolUsePromptTokenCount": 3,
    }
    answer = {"candidates": [{"content": {"parts": parts}, "finishReason": "STOP"}], "usageMetadata": usage}
    reply = read_gemini({"key": "k", "response": answer})
    assert (reply.text, reply.usage) == ("ab", Usage(input_tokens=103, output_tokens=42, cached_tokens=60))


def test_an_answer_of_vertex_without_an_echo_has_no_key() -> None:
    assert read_vertex({"status": "", "response": response()}).key is None


@pytest.mark.parametrize("read", [gemini.read, vertex.read])
@pytest.mark.parametrize(
    "line",
    [
        b'{"key":"k","response":{"candid',
        b"",
        b"[]",
        b"null",
        b'{"key":"k"}',
        b'{"key":"k","response":{}}',
        b'{"key":"k","response":{"candidates":"none"}}',
        b'{"key":"k","response":{"candidates":[{"content":{"parts":[{"text":1}]}}]}}',
        b'{"request":"r","status":""}',
        b'{"key":"k","response":"text"}',
        b"\xff\xfe",
    ],
)
def test_a_line_that_is_cut_off_or_foreign_is_a_value_error(read: Callable[[bytes], Reply], line: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  (what the message says is up to the JSON parser)
        read(line)


# Failures of single requests


@pytest.mark.parametrize(
    ("error", "code", "is_retryable"),
    [
        ({"code": 8, "message": "quota"}, "RESOURCE_EXHAUSTED", True),
        ({"code": 13, "message": "internal"}, "INTERNAL", True),
        ({"code": 3, "message": "bad schema"}, "INVALID_ARGUMENT", False),
        ({"code": 400, "message": "bad", "status": "INVALID_ARGUMENT"}, "INVALID_ARGUMENT", False),
        ({"code": 429, "message": "slow down"}, "429", True),
        ({"code": 404, "message": "no such model"}, "404", False),
        ({"code": 503, "message": "busy"}, "503", True),
        ({"message": "who knows"}, "UNKNOWN", True),
    ],
)
def test_a_gemini_error_says_whether_asking_again_helps(error: dict[str, Any], code: str, is_retryable: bool) -> None:
    reply = read_gemini({"key": "k", "error": error})
    assert reply.failure is not None
    assert (reply.key, reply.text) == ("k", None)
    assert (reply.failure.code, reply.failure.message, reply.failure.is_retryable) == (
        code,
        error["message"],
        is_retryable,
    )


def test_a_vertex_status_holds_an_error_in_its_text() -> None:
    status = 'Bad Request: {"error": {"code": 400, "message": "too long", "status": "INVALID_ARGUMENT"}}'
    request = {"labels": {"batchdag_key": "k"}}
    reply = read_vertex({"request": request, "status": status, "response": {}})
    assert reply.key == "k"
    assert reply.failure is not None
    assert (reply.failure.code, reply.failure.message, reply.failure.is_retryable) == (
        "INVALID_ARGUMENT",
        "too long",
        False,
    )


@pytest.mark.parametrize("text", ["Internal error", 'Oops: {"error": ', "Oops: {1}"])
def test_a_status_without_an_error_object_is_unknown_and_may_be_asked_again(text: str) -> None:
    found = failure(text)
    assert (found.code, found.message, found.is_retryable) == ("UNKNOWN", text, True)
