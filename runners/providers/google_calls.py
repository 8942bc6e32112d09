"""How Google is called through the google-genai SDK: every request once, and what each way to fail means to us.

Imports the SDK (0.7 s), so it is itself imported only when a provider is made. Knows no keys, states or lines.
"""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta

import httpx2
from google.auth.exceptions import GoogleAuthError, TransportError
from google.genai import Client, errors, types

from runners.base import Json
from runners.providers.base import ProviderBusy, ProviderError, ProviderRefused, ProviderUnsure, Reply, Usage
from runners.providers.google import answer, parsed
from runners.providers.google_status import call_error, refuses_key, retry_after
from runners.providers.patience import at_most

_CALL_TIMEOUT = timedelta(minutes=1)


class Calls:
    """The calls that both APIs share, on one SDK client over an HTTP client of ours.

    The HTTP client is ours because the SDK prefers aiohttp where that is installed, and then sends a request a second
    time after a broken connection.
    """

    def __init__(self, *, provider: str, sdk: Client, http: httpx2.AsyncClient) -> None:
        self.api = sdk.aio
        self.http = http
        self._provider = provider
        self._sdk = sdk

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Raise whatever a call ends in as ``ProviderBusy``, ``ProviderRefused`` or ``ProviderUnsure``."""
        try:
            yield
        except errors.APIError as error:
            raise _answered(self._provider, error) from error
        except GoogleAuthError as error:
            raise no_token(self._provider, error) from error
        except (httpx2.HTTPError, OSError) as error:
            raise broken(self._provider, error) from error
        except (ValueError, KeyError) as error:  # what the SDK raises when an answer is cut off
            raise ProviderUnsure(
                f"{self._provider} answered what cannot be read: {error!r}; the call may have had its effect"
            ) from error

    async def create_batch(self, *, model: str, source: str, config: types.CreateBatchJobConfigDict) -> dict[str, Json]:
        """Create a batch job; return it as the SDK reads it."""
        expect_new_states()
        with self.translated():
            return spelled(await self.api.batches.create(model=model, src=source, config=config))

    async def cancel_batch(self, name: str) -> None:
        """Ask for a batch job's end. One that has ended already is left alone."""
        with self.translated():
            try:
                await self.api.batches.cancel(name=name)
            except errors.ClientError as error:
                if error.status != "FAILED_PRECONDITION":
                    raise

    async def generate(self, body: Mapping[str, Json], *, model: str, key: str, longest: timedelta) -> Reply:
        """Make one live call with exactly this body, which takes no longer than this."""
        with self.translated():
            async with at_most(longest):
                reply = await self.api.models.generate_content(
                    model=model,
                    contents="-",  # the SDK wants some; the body has the real ones
                    config=_generate_config(body, longest=longest),
                )
            http = reply.sdk_http_response
            return answer(parsed((http and http.body) or ""), key=key)

    async def embed(
        self, texts: Sequence[str], *, model: str, dimensions: int | None
    ) -> tuple[Sequence[Sequence[float]], Usage]:
        """Return one vector for each text; the usage is zero where the API does not tell it."""
        if not texts:
            return (), Usage()
        with self.translated():
            reply = await self.api.models.embed_content(
                model=model,
                contents=[_content(text) for text in texts],
                config=types.EmbedContentConfig(output_dimensionality=dimensions),
            )
        vectors = [embedding.values for embedding in reply.embeddings or () if embedding.values]
        if len(vectors) != len(texts):
            raise ProviderUnsure(
                f"{self._provider}: {model} returned {len(vectors)} vectors for {len(texts)} texts, so which belongs to"
                " which is unknown; the call is billed all the same. Embed fewer texts at once, without empty ones"
            )
        return vectors, _embedding_usage(reply)

    async def aclose(self) -> None:
        """Close the connections."""
        self._sdk.close()
        await self.api.aclose()
        await self.http.aclose()


def http_client() -> httpx2.AsyncClient:
    """Return the HTTP client for one provider."""
    return httpx2.AsyncClient(timeout=_CALL_TIMEOUT.total_seconds(), follow_redirects=True)


def http_options(http: httpx2.AsyncClient, *, base_url: str | None, version: str) -> types.HttpOptions:
    """Return the SDK's options: this HTTP client, this address, and one attempt for each call."""
    return types.HttpOptions(
        base_url=base_url,
        api_version=version,
        timeout=_milliseconds(_CALL_TIMEOUT),
        retry_options=types.HttpRetryOptions(attempts=1),
        httpx_async_client=http,
    )


def expect_new_states() -> None:
    """Keep Python from warning of a job's state that the SDK does not know: we log that, and a warning may be fatal."""
    warnings.filterwarnings("ignore", message=".* is not a valid JobState", category=UserWarning)


def spelled(job: types.BatchJob) -> dict[str, Json]:
    """Return a batch job as JSON, in the spelling of the API."""
    return job.model_dump(mode="json", by_alias=True, exclude_none=True)


def broken(provider: str, error: Exception) -> ProviderError:
    """Say how sure we are after a connection that failed or timed out."""
    import httpx2  # noqa: PLC0415

    if isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout):
        return ProviderBusy(f"{provider} cannot be reached: {error!r}; nothing was sent")
    return ProviderUnsure(
        f"the call to {provider} broke: {error!r}; it may have had its effect, look for it before calling again"
    )


def no_token(provider: str, error: GoogleAuthError) -> ProviderError:
    """Say how sure we are when there was no token to call with: nothing was sent."""
    if error.retryable or isinstance(error, TransportError):
        return ProviderBusy(f"{provider} was not called, Google's token server does not answer: {error}")
    return ProviderRefused(f"{provider} was not called, there is no token: {error}; check the credentials")


def _answered(provider: str, error: errors.APIError) -> ProviderError:
    headers = getattr(error.response, "headers", None) or {}
    return call_error(
        provider=provider,
        status=error.code,
        message=f"{error.status or ''} {error.message or ''}".strip(),
        retry_after=retry_after(error.details, headers),
        is_key_refused=refuses_key(error.details),
    )


def _generate_config(body: Mapping[str, Json], *, longest: timedelta) -> types.GenerateContentConfig:
    # Continuation and function calling are on by default: the SDK would make, and pay for, further calls of its own.
    return types.GenerateContentConfig(
        automatic_continuation=False,
        automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
        should_return_http_response=True,
        http_options=types.HttpOptions(extra_body=dict(body), timeout=_milliseconds(longest)),
    )


def _content(text: str) -> types.Content:
    # Plain strings are the parts of one text to the newer models, which answer with one vector for all.
    return types.Content(role="user", parts=[types.Part(text=text)])


def _embedding_usage(reply: types.EmbedContentResponse) -> Usage:
    if reply.usage_metadata and reply.usage_metadata.prompt_token_count:
        return Usage(input_tokens=reply.usage_metadata.prompt_token_count)
    counts = [embedding.statistics for embedding in reply.embeddings or ()]
    return Usage(input_tokens=sum(int(count.token_count or 0) for count in counts if count))


def _milliseconds(time: timedelta) -> int:
    return time // timedelta(milliseconds=1)
