"""How long a live call may take, as one whole: what the operator says, else a quarter of an hour.

An HTTP client's own timeouts do not bound a call: they begin anew with every byte that comes.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta

from runners.providers.base import ProviderRefused

VARIABLE = "BATCHDAG_CALL_SECONDS"
LONGEST_CALL = timedelta(minutes=15)
"""As long as a call in the tier ``flex`` may take."""


def longest_call(environment: Mapping[str, str], *, provider: str) -> timedelta:
    """Return how long a live call may take.

    Raises:
        ProviderRefused: what is set is not a number of seconds.
    """
    said = environment.get(VARIABLE, "").strip()
    if not said:
        return LONGEST_CALL
    if not re.fullmatch(r"\d{1,5}(\.\d+)?", said) or float(said) == 0:
        raise ProviderRefused(f"{provider}: {VARIABLE} must be a number of seconds such as 600, it is {said!r}")
    return timedelta(seconds=float(said))


@asynccontextmanager
async def at_most(longest: timedelta) -> AsyncIterator[None]:
    """Break off what is done inside when it takes longer.

    Raises:
        TimeoutError: it did; whether it had its effect is not known.
    """
    try:
        async with asyncio.timeout(longest.total_seconds()):
            yield
    except TimeoutError as error:
        raise TimeoutError(f"no answer came within {longest.total_seconds():g} s") from error
