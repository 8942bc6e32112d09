"""Calls of the OpenAI client that tests of the emulator have in common."""

import json
from collections.abc import Sequence
from typing import Any

import openai

MODEL = "gpt-5-mini"


def ask(client: openai.OpenAI, prompt: str, **more: Any) -> openai.types.chat.ChatCompletion:
    messages: Any = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": prompt}]
    made: openai.types.chat.ChatCompletion = client.chat.completions.create(model=MODEL, messages=messages, **more)
    return made


def line(key: str, prompt: str) -> dict[str, object]:
    body = {"model": MODEL, "messages": [{"role": "user", "content": prompt}]}
    return {"custom_id": key, "method": "POST", "url": "/v1/chat/completions", "body": body}


def upload(client: openai.OpenAI, lines: Sequence[object], *, name: str = "input.jsonl") -> str:
    content = "".join(json.dumps(one) + "\n" for one in lines).encode()
    return client.files.create(file=(name, content), purpose="batch").id


def submit(client: openai.OpenAI, file_id: str, *, intent: str = "one") -> openai.types.Batch:
    return client.batches.create(
        input_file_id=file_id,
        endpoint="/v1/chat/completions",
        completion_window="24h",
        metadata={"intent": intent},
    )


def output(client: openai.OpenAI, file_id: str | None) -> dict[str, Any]:
    assert file_id is not None
    return {one["custom_id"]: one for one in map(json.loads, client.files.content(file_id).text.splitlines())}
