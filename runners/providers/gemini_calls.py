"""The calls that only the Gemini developer API has: files, and plain GETs where the SDK leaves out half of the answer.

Imports the SDK, so it is itself imported only when a provider is made.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import httpx2
from google.genai import Client, errors, types

from runners.base import Json
from runners.providers.google import parsed
from runners.providers.google_calls import Calls, http_client, http_options

_URL = "https://generativelanguage.googleapis.com"
_VERSION = "v1"
_BLOCK = 1 << 20
_ABSENT = (403, 404)
"""How the API answers for a file that is not there: it does not tell whether the file is another project's."""


class GeminiCalls(Calls):
    """The developer API with one key."""

    def __init__(self, *, api_key: str, base_url: str | None) -> None:
        http = http_client()
        url = base_url or _URL
        options = http_options(http, base_url=url, version=_VERSION)
        super().__init__(
            provider="gemini", sdk=Client(vertexai=False, api_key=api_key, http_options=options), http=http
        )
        self._root = f"{url.rstrip('/')}/{_VERSION}"
        self._headers = {"x-goog-api-key": api_key}

    async def get(self, path: str, *, params: Mapping[str, str | int] | None = None) -> dict[str, Json]:
        """Return the JSON at a path below the API's version, as it came."""
        async with self._answer(path, params=params or {}) as response:
            await response.aread()
            return parsed(response.content)

    async def blocks(self, path: str) -> AsyncIterator[bytes]:
        """Stream a file's content."""
        async with self._answer(f"{path}:download", params={"alt": "media"}) as response:
            async for block in response.aiter_bytes(_BLOCK):
                yield block

    async def find_file(self, name: str) -> types.File | None:
        """Return the file of this name, if there is one."""
        with self.translated():
            try:
                return await self.api.files.get(name=name)
            except errors.ClientError as error:
                if error.code in _ABSENT:
                    return None
                raise

    async def upload(self, path: Path, *, name: str, title: str) -> str:
        """Upload a file of JSON lines under a name and return the name as the API gives it."""
        with self.translated():
            file = await self.api.files.upload(
                file=path, config={"name": name, "display_name": title, "mime_type": "application/jsonl"}
            )
            return file.name or name

    async def files(self, *, titled: str, before: datetime) -> list[str]:
        """Return the names of the files that were uploaded earlier and whose title starts like this."""
        with self.translated():
            pages = await self.api.files.list(config={"page_size": 100})
            return [file.name async for file in pages if file.name and _is_swept(file, titled=titled, before=before)]

    async def delete_file(self, name: str) -> bool:
        """Delete a file; say whether it was there."""
        with self.translated():
            try:
                await self.api.files.delete(name=name)
            except errors.ClientError as error:
                if error.code in _ABSENT:
                    return False
                raise
        return True

    @asynccontextmanager
    async def _answer(self, path: str, *, params: Mapping[str, str | int]) -> AsyncIterator[httpx2.Response]:
        with self.translated():
            async with self.http.stream(
                "GET", f"{self._root}/{path}", params=params, headers=self._headers
            ) as response:
                await errors.APIError.raise_for_async_response(response)
                yield response


def _is_swept(file: types.File, *, titled: str, before: datetime) -> bool:
    return (file.display_name or "").startswith(titled) and file.create_time is not None and file.create_time < before
