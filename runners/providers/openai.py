"""OpenAI as a provider, by either of its answering APIs: chat completions, or responses.

Decides what differs between the two. The SDK is imported when a provider is made, not when this module is.
"""

from datetime import UTC, datetime
from typing import ClassVar

from runners.providers.base import Reply
from runners.providers.openai_api import SLACK, Dialect, OpenAIApi
from runners.providers.openai_asks import INTENT, chat_body, responses_body
from runners.providers.openai_errors import translated
from runners.providers.openai_replies import chat_reply, responses_reply


class OpenAI(OpenAIApi):
    """Chat completions. A live answer that was lost is found among the stored ones."""

    name: ClassVar[str] = "openai"
    finds_replies: ClassVar[bool] = True
    dialect = Dialect(endpoint="/v1/chat/completions", body=chat_body, reader=chat_reply)

    async def find_reply(self, key: str, *, since: datetime) -> Reply | None:
        with translated(f"look for the answer to {key}"):
            async for stored in self._client.chat.completions.list(metadata={INTENT: key}):
                is_ours = (stored.metadata or {}).get(INTENT) == key
                if is_ours and datetime.fromtimestamp(stored.created, UTC) >= since - SLACK:
                    return chat_reply(stored.to_dict(mode="json"), key=key)
        return None


class OpenAIResponses(OpenAIApi):
    """Responses. The API keeps them too, but gives them out by an id that is lost with the answer."""

    name: ClassVar[str] = "openai_responses"
    finds_replies: ClassVar[bool] = False
    dialect = Dialect(endpoint="/v1/responses", body=responses_body, reader=responses_reply)

    async def find_reply(self, key: str, *, since: datetime) -> None:
        """Return None: responses cannot be listed."""
