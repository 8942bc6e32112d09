"""A session could not make a session, but it could make a link, and the link a session: one that was stolen never ended,
whatever its twelve hours say."""

import httpx2

from tests.harness import Harness
from tests.serving import served_on


async def test_a_session_makes_no_link_that_would_outlive_it(idle: Harness) -> None:
    async with served_on(idle) as served, httpx2.AsyncClient(base_url=served.url, timeout=30) as browser:
        await browser.get((await served.operator.post("/login-links")).json()["path"])
        for path in ("/login-links", "/sessions"):
            refused = await browser.post(path, headers={"Origin": served.url})
            assert (refused.status_code, "set-cookie" in refused.headers) == (403, False), path
            assert "send a token" in refused.json()["detail"]
        assert (await browser.get("/me")).status_code == 200
