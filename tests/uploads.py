"""Uploads of questions in tests: short ways to send one and to look at what it saved."""

from typing import Any

import httpx2

from tests.serving import Served

SET = "/admin/sets/spring"
UPLOAD = f"{SET}/questions/bulk-upload"
QUEUE = f"{SET}/questions/queue-status"
RETRY = f"{SET}/questions/retry-failed"
STATUS = f"{SET}/explanation-status"
CSV = {"Content-Type": "text/csv"}
GOOD = "question,answer\nWhat makes ATP?,the mitochondrion\nWhat holds DNA?,the nucleus\n"


async def upload(served: Served, text: str | bytes, *, path: str = UPLOAD, **more: Any) -> httpx2.Response:
    body = text if isinstance(text, bytes) else text.encode()
    return await served.operator.post(path, content=body, headers=CSV | more.pop("headers", {}), **more)


async def done(served: Served, text: str | bytes, **more: Any) -> dict[str, Any]:
    """What an upload that went well says."""
    answer = await upload(served, text, **more)
    assert answer.status_code == 202, answer.text
    assert answer.json()["success"] is True
    data: dict[str, Any] = answer.json()["data"]
    return data


async def saved(served: Served) -> list[str]:
    return [text for (text,) in await served.rows("select question from question where set_id = 'spring' order by 1")]
