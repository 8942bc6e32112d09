"""What OpenAI's errors mean, how long it asks to wait, and which vectors are an answer: no network."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import openai
import pytest
from openai.types import CreateEmbeddingResponse

from runners.providers.base import Failure, ProviderBusy, ProviderError, ProviderRefused, ProviderUnsure
from runners.providers.openai import OpenAI
from runners.providers.openai_api import in_order
from runners.providers.openai_errors import failed, retry_after, translated
from runners.providers.openai_replies import Unreadable

NOW = datetime(2026, 1, 1, tzinfo=UTC)


class TestRetryAfter:
    @pytest.mark.parametrize(
        ("headers", "seconds"),
        [
            ({"retry-after": "3"}, 3),
            ({"retry-after": "0.5"}, 0.5),
            ({"retry-after-ms": "250", "retry-after": "3"}, 0.25),
            ({"retry-after": "Thu, 01 Jan 2026 00:01:00 GMT"}, 60),
            ({"retry-after": "Wed, 31 Dec 2025 00:00:00 GMT"}, 0),
            ({"retry-after": "1e300"}, 86_400),
        ],
    )
    def test_a_wait_is_read(self, headers: dict[str, str], seconds: float) -> None:
        assert retry_after(headers, now=NOW) == timedelta(seconds=seconds)

    @pytest.mark.parametrize("headers", [{}, {"retry-after": "soon"}, {"retry-after": "nan"}])
    def test_no_wait_is_made_up(self, headers: dict[str, str]) -> None:
        assert retry_after(headers, now=NOW) is None


def status_error(status: int, *, code: str | None = None) -> openai.APIStatusError:
    request = httpx2.Request("POST", "https://api.example/v1/batches")
    response = httpx2.Response(status, request=request, headers={"retry-after": "3"})
    return openai.APIStatusError(
        "Error code", response=response, body={"code": code, "message": "It says why.", "type": "x"}
    )


class TestErrors:
    @pytest.mark.parametrize(
        ("status", "code", "raised"),
        [
            (400, None, ProviderRefused),
            (401, "invalid_api_key", ProviderRefused),
            (403, None, ProviderRefused),
            (404, "model_not_found", ProviderRefused),
            (408, None, ProviderUnsure),
            (409, None, ProviderUnsure),
            (413, None, ProviderRefused),
            (418, None, ProviderRefused),
            (422, None, ProviderRefused),
            (429, "rate_limit_exceeded", ProviderBusy),
            (429, "insufficient_quota", ProviderRefused),
            (500, None, ProviderUnsure),
            (503, None, ProviderUnsure),
        ],
    )
    def test_a_status_says_how_sure_we_are(self, status: int, code: str | None, raised: type[ProviderError]) -> None:
        with (
            pytest.raises(raised, match=rf"^openai: .*create the job sq-1: {status}.*It says why\.; "),
            translated("create the job sq-1"),
        ):
            raise status_error(status, code=code)

    def test_being_busy_says_for_how_long(self) -> None:
        with pytest.raises(ProviderBusy) as caught, translated("answer sq-1"):
            raise status_error(429)
        assert caught.value.retry_after == timedelta(seconds=3)

    @pytest.mark.parametrize(
        "broken",
        [
            openai.APITimeoutError(httpx2.Request("POST", "https://api.example")),
            openai.APIConnectionError(request=httpx2.Request("POST", "https://api.example")),
            httpx2.RemoteProtocolError("cut off"),
            json.JSONDecodeError("cut off", "{", 1),
            Unreadable("an answer's body", "it is none"),
        ],
        ids=lambda broken: type(broken).__name__,
    )
    def test_a_call_that_broke_or_cannot_be_read_is_unsure(self, broken: Exception) -> None:
        with pytest.raises(ProviderUnsure, match="look it up"), translated("answer sq-1"):
            raise broken

    def test_what_is_no_error_of_the_call_passes_through(self) -> None:
        with pytest.raises(ZeroDivisionError), translated("answer sq-1"):
            raise ZeroDivisionError

    @pytest.mark.parametrize(("is_retryable", "raised"), [(True, ProviderUnsure), (False, ProviderRefused)])
    def test_a_live_failure_is_raised(self, is_retryable: bool, raised: type[ProviderError]) -> None:
        failure = Failure(code="server_error", message="No.", is_retryable=is_retryable)
        assert type(failed(failure, key="sq-1")) is raised


class TestEmbeddings:
    def test_vectors_are_put_in_order(self) -> None:
        assert in_order(embedded(1, 0), expected=2) == [[0.0], [1.0]]

    @pytest.mark.parametrize("places", [(0,), (0, 0), (0, 1, 2)])
    def test_a_vector_too_many_or_too_few_is_an_error(self, places: tuple[int, ...]) -> None:
        with pytest.raises(ProviderUnsure, match="2 texts went in"):
            in_order(embedded(*places), expected=2)

    async def test_more_texts_than_a_call_takes_are_refused(self, tmp_path: Path) -> None:
        provider = OpenAI.from_environment({"OPENAI_API_KEY": "key"}, storage=tmp_path)
        with pytest.raises(ProviderRefused, match="at most 2048"):
            await provider.embed(["a"] * 2049, model="text-embedding-3-small")
        await provider.aclose()


def embedded(*places: int) -> CreateEmbeddingResponse:
    data = [{"object": "embedding", "index": place, "embedding": [float(place)]} for place in places]
    usage = {"prompt_tokens": 1, "total_tokens": 1}
    return CreateEmbeddingResponse.model_validate({"object": "list", "model": "m", "data": data, "usage": usage})
