"""Long answers in JSON are compressed for who takes gzip: right to the last header, and never a secret or a stream."""

import gzip
import json
from typing import Any

import httpx2
import pytest

from tests.serving import Served

LONG = "Loads what the shop has sold. " * 1_000
DEFINITION = {"steps": [{"key": "collect", "params": {"items": [1]}}], "description": LONG}


@pytest.fixture
async def served(idle_served: Served) -> Served:
    """An API with one definition whose description is long."""
    saved = await idle_served.editor.put("/definitions/sold", json=DEFINITION, headers={"If-None-Match": "*"})
    assert saved.status_code == 200, saved.text
    return idle_served


async def raw(
    client: httpx2.AsyncClient, path: str, *, method: str = "GET", encoding: str = "gzip", **more: Any
) -> tuple[httpx2.Response, bytes]:
    """Return an answer and its bytes as they were sent."""
    headers = {"Accept-Encoding": encoding} | more.pop("headers", {})
    async with client.stream(method, path, headers=headers, **more) as answer:
        return answer, b"".join([part async for part in answer.aiter_raw()])


async def test_a_long_answer_is_compressed_and_the_same(served: Served) -> None:
    whole, plain = await raw(served.viewer, "/definitions/sold", encoding="identity")
    answer, sent = await raw(served.viewer, "/definitions/sold", encoding="br, gzip")
    assert (answer.status_code, answer.headers["content-encoding"]) == (200, "gzip")
    assert gzip.decompress(sent) == plain
    assert int(answer.headers["content-length"]) == len(sent) < len(plain) / 10
    assert int(whole.headers["content-length"]) == len(plain)
    assert "content-encoding" not in whole.headers
    assert whole.headers["vary"] == answer.headers["vary"] == "Accept-Encoding"
    for name in ("content-type", "cache-control", "x-content-type-options"):
        assert whole.headers[name] == answer.headers[name]


async def test_a_short_answer_is_sent_as_it_is_and_says_that_it_may_be_another(served: Served) -> None:
    answer, sent = await raw(served.viewer, "/me")
    assert (json.loads(sent)["role"], answer.headers["vary"]) == ("viewer", "Accept-Encoding")
    assert ("content-encoding" in answer.headers, answer.headers["content-length"]) == (False, str(len(sent)))


@pytest.mark.parametrize("encoding", sorted({"", "br", "gzip;q=0", "identity", "*;q=0"}))
async def test_who_does_not_take_gzip_is_sent_none(served: Served, encoding: str) -> None:
    answer, sent = await raw(served.viewer, "/openapi.json", encoding=encoding)
    assert ("content-encoding" in answer.headers, json.loads(sent)["info"]["title"]) == (False, "batchdag")


async def test_the_etag_of_a_compressed_definition_is_weak_and_still_says_which_version_was_edited(
    served: Served,
) -> None:
    whole, _ = await raw(served.viewer, "/definitions/sold", encoding="identity")
    packed, _ = await raw(served.viewer, "/definitions/sold")
    assert (whole.headers["etag"], packed.headers["etag"]) == ('"1"', 'W/"1"')
    edited = DEFINITION | {"description": "Shorter."}
    for status in (200, 409):
        answer = await served.editor.put("/definitions/sold", json=edited, headers={"If-Match": packed.headers["etag"]})
        assert answer.status_code == status, answer.text


async def test_what_may_hold_a_secret_or_repeats_its_request_is_not_compressed(served: Served) -> None:
    for method, path, body in (
        ("POST", "/definitions/text", DEFINITION | {"name": "sold"}),
        ("POST", "/tokens", {"name": "n" * 40, "role": "viewer"}),
        ("GET", f"/instances?status={'x' * 20_000}", None),
        ("GET", "/" + "x" * 20_000, None),
    ):
        answer, _ = await raw(served.admin, path, method=method, json=body)
        assert ("content-encoding" in answer.headers, "vary" in answer.headers) == (False, False), path


async def test_what_a_query_finds_is_compressed(served: Served) -> None:
    asked = {"query": "{ definitions(first: 1) { nodes { name description } } }"}
    answer, sent = await raw(served.viewer, "/graphql", method="POST", json=asked)
    assert (answer.headers["content-encoding"], len(sent) < 1_000) == ("gzip", True)
    assert json.loads(gzip.decompress(sent))["data"]["definitions"]["nodes"][0]["description"] == LONG


async def test_live_events_are_neither_compressed_nor_held_back(served: Served) -> None:
    headers = {"Accept-Encoding": "gzip"}
    async with served.viewer.stream("GET", "/events", headers=headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert not {"content-encoding", "content-length", "vary"} & set(answer.headers)
        first = await anext(answer.aiter_raw())
    assert b"event: " in first


async def test_metrics_are_text_as_they_were(served: Served) -> None:
    answer, sent = await raw(served.viewer, "/metrics")
    assert ("content-encoding" in answer.headers, b"batchdag_http_requests_total" in sent) == (False, True)
