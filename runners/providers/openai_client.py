"""The one way to a client of the OpenAI SDK: key and address from the environment given, its own retries off."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from runners.providers.base import ProviderRefused

if TYPE_CHECKING:
    from openai import AsyncOpenAI, Timeout

_HOST = "https://api.openai.com/v1"
_CONNECT_SECONDS = 10.0
_CALL_SECONDS = 120.0


def connected(environment: Mapping[str, str]) -> "AsyncOpenAI":
    """Return a client for OPENAI_API_KEY, at OPENAI_BASE_URL if that is set.

    Raises:
        ProviderRefused: there is no key, or the package is not installed.
    """
    api_key = environment.get("OPENAI_API_KEY", "").strip()
    if not api_key:
        raise ProviderRefused("openai: OPENAI_API_KEY is not set; set it, or use the provider 'simulated'")
    try:
        from openai import AsyncOpenAI  # noqa: PLC0415
    except ImportError as error:
        raise ProviderRefused('openai: the package is not installed: pip install "batchdag[openai]"') from error
    return AsyncOpenAI(
        api_key=api_key,
        organization=environment.get("OPENAI_ORG_ID"),
        project=environment.get("OPENAI_PROJECT_ID"),
        # Given always: without it the SDK would look into the process's environment instead of the one given.
        base_url=environment.get("OPENAI_BASE_URL") or _HOST,
        max_retries=0,  # by default the SDK repeats a POST by itself, and a job would be paid twice
        timeout=patience(_CALL_SECONDS),
    )


def patience(seconds: float) -> "Timeout":
    """Return a timeout that waits this long for an answer, but not for a connection."""
    from openai import Timeout  # noqa: PLC0415

    return Timeout(seconds, connect=_CONNECT_SECONDS)
