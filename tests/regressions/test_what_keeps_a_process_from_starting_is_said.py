"""The dispatcher could not start: stopping what had not come to start either raised an error that hid the reason."""

import pytest

from engine.dispatch.direct import DirectDispatcher
from tests.harness import Harness


async def test_the_reason_is_raised_itself(idle: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    async def no(_dispatcher: DirectDispatcher) -> None:
        raise RuntimeError("there is no room for a dispatcher")

    monkeypatch.setattr(DirectDispatcher, "start", no)
    with pytest.raises(RuntimeError, match="no room for a dispatcher"):
        async with idle.engine.working():
            pass
