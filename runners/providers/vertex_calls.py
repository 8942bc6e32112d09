"""The calls that only Gemini on Vertex has: batch jobs by name and by filter, and the credentials of Google Cloud.

Imports the SDK, so it is itself imported only when a provider is made.
"""

import google.auth
from google.auth.credentials import Credentials
from google.auth.exceptions import GoogleAuthError
from google.genai import Client
from google.oauth2.credentials import Credentials as Token

from runners.base import Json
from runners.providers.base import ProviderRefused
from runners.providers.google_calls import Calls, expect_new_states, http_client, http_options, spelled
from runners.providers.google_settings import is_stand_in

_SCOPE = "https://www.googleapis.com/auth/cloud-platform"
_VERSION = "v1beta1"


class VertexCalls(Calls):
    """Vertex in one project and location."""

    def __init__(self, *, project: str, location: str, credentials: Credentials, base_url: str | None) -> None:
        http = http_client()
        sdk = Client(
            vertexai=True,
            project=project,
            location=location,
            credentials=credentials,
            http_options=http_options(http, base_url=base_url, version=_VERSION),
        )
        super().__init__(provider="vertex", sdk=sdk, http=http)

    async def batch(self, name: str) -> dict[str, Json]:
        """Return a batch job."""
        expect_new_states()
        with self.translated():
            return spelled(await self.api.batches.get(name=name))

    async def batches(self, *, titled: str) -> list[dict[str, Json]]:
        """Return the batch jobs with this display name."""
        expect_new_states()
        with self.translated():
            pages = await self.api.batches.list(config={"filter": f'displayName="{titled}"', "page_size": 100})
            return [spelled(job) async for job in pages]


def find_credentials(*, base_url: str | None) -> Credentials:
    """Return the credentials of this machine, or a token that opens nothing for a local server that plays Google.

    May read files and ask the metadata server.

    Raises:
        ProviderRefused: there are none.
    """
    if is_stand_in(base_url):
        return Token("anonymous")  # type: ignore[no-untyped-call]  # the SDK takes no credentials without a token
    try:
        credentials: Credentials = google.auth.default(scopes=[_SCOPE])[0]
    except GoogleAuthError as error:
        raise ProviderRefused(
            f"vertex finds no Google credentials: {error}. Run `gcloud auth application-default login`, or set"
            " GOOGLE_APPLICATION_CREDENTIALS to a key file"
        ) from error
    return credentials
