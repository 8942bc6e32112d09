"""The API against its own description: made-up requests to every route, as an administrator, on a real database.

There are things behind the examples of the description, so that many requests succeed. The seed is fixed: a run asks
what the last one asked.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable

import pytest
import schemathesis
from schemathesis import engine
from schemathesis.engine import events
from schemathesis.engine.recorder import ScenarioRecorder

from engine.access import Role
from services.http.roles import OPEN_PATHS, roles_by_route
from tests.harness import Harness, step
from tests.questions import install
from tests.serving import Served, served_on

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "missing_required_header",
    "ignored_auth",
    "unsupported_method",
    "allow_header_conformance",
)
RUN = {
    "seed": 1,
    "workers": 1,
    "continue-on-failure": True,
    "request-timeout": 30,
    "max-stream-events": 1,
    "generation": {"deterministic": True, "max-examples": 10, "no-shrink": True, "database": "none"},
    "phases": {"stateful": {"enabled": False}},
    "checks": {"enabled": False} | {name: {"enabled": True} for name in CHECKS},
}
SET = "2026-spring"
QUESTION = "0cc175b9c0f1b6a831c399e269772661"
RIVALS = (
    {"PUT /prompts/{name}", "PUT /admin/system-prompts/{name}"},
    {"PUT /definitions/{name}", "POST /definitions/{name}/restore"},
    {"POST /instances/{instance_id}/retry", "POST /instances/{instance_id}/retry/plan"},
)
"""Routes that change the same example: which of them comes first and succeeds is up to the order of the requests."""
SERVER = "embeddings:localhost:50051"
FAR_AWAY = 5_000_000_000
"""Ids of tokens begin here, so that none that is made up is that of the one who asks."""


@pytest.fixture
async def served(idle: Harness) -> AsyncIterator[Served]:
    await install(idle)
    await idle.rows("select setval(pg_get_serial_sequence('api_token', 'id'), %s)", FAR_AWAY)
    await make_what_the_examples_name(idle)
    async with served_on(idle) as running:
        for version in range(3):
            await running.editor.put("/prompts/questions", json={"body": f"Version {version}", "version": version})
        yield running


async def make_what_the_examples_name(idle: Harness) -> None:
    """Version 3 of `questions`, its instance 7, which failed in `load`, its rehearsal 8, and a failed question."""
    await idle.rows("select setval(pg_get_serial_sequence('batch_instance', 'id'), 6)")
    retry = {"maxAttempts": 1}
    for seconds in (90, 60, 30):
        failing = step("load", params={"failTimes": 1}, retry=retry, timeoutSeconds=seconds)
        await idle.define(step("collect", "load", params={"items": 3}), failing, name="questions")
    async with idle.engine.working():
        ended = await idle.engine.run("questions")
    assert (ended.instance_id, ended.is_success) == (7, False)
    assert await idle.engine.rehearse("questions") == 8
    await idle.rows(
        "insert into batch_item (step_id, seq, payload) select id, 0, '{}' from batch_step where step_key = 'load'"
        " returning seq"
    )
    await idle.rows(
        "insert into circuit_breaker (name, cooldown) values (%s, interval '30 seconds') returning name", SERVER
    )
    await idle.rows("insert into question_set (id) values (%s) returning id", SET)
    await idle.rows(
        "insert into question (id, set_id, language, question, answer, wrong_answers, is_simulated, explanation_status)"
        " values (%s, %s, 'en', 'Who?', 'me', '{}', false, 'failed') returning id",
        QUESTION,
        SET,
    )


class Told:
    """What a run came to: which routes were asked how often, with which success, and what was wrong."""

    def __init__(self) -> None:
        self.requests = 0
        self.succeeded: set[str] = set()
        self.asked: set[str] = set()
        self.problems: list[str] = []

    def hear(self, stream: Iterable[events.EngineEvent]) -> "Told":
        for event in stream:
            match event:
                case events.ScenarioFinished():
                    self._note(event.recorder)
                case events.NonFatalError() | events.FatalError():
                    self.problems.append(repr(event)[:2_000])
        return self

    def _note(self, recorder: ScenarioRecorder) -> None:
        self.requests += len(recorder.interactions)
        self.asked.add(recorder.label)
        for case_id, interaction in recorder.interactions.items():
            answer = interaction.response
            status = answer.status_code if answer is not None else 0
            if 200 <= status < 400 and interaction.request.method == recorder.label.partition(" ")[0]:
                self.succeeded.add(recorder.label)
            for check in recorder.checks.get(case_id, []):
                if check.failure_info is not None:
                    request = interaction.request
                    asked = f"{request.method} {request.uri} {(request.body or b'')[:500]!r} -> {status} {answer.content[:500] if answer else b''!r}"
                    self.problems.append(f"{check.name}: {check.failure_info.failure}\n{asked}")


@pytest.mark.timeout(400)
async def test_no_request_breaks_the_server_or_a_promise_of_its_description(served: Served) -> None:
    document = (await served.admin.get("/openapi.json")).json()
    config = schemathesis.Config.from_dict(RUN | {"base-url": served.url, "headers": served.headers(Role.ADMIN)})
    schema = schemathesis.openapi.from_dict(document, config=config)
    told = await asyncio.to_thread(Told().hear, engine.from_schema(schema).execute())
    assert told.problems == [], "\n\n".join(told.problems)
    assert told.asked == operations(served)
    lost = told.asked - told.succeeded - {"GET /login"}  # a link cannot be made up
    assert lost <= set().union(*RIVALS)
    assert [rivals for rivals in RIVALS if rivals <= lost] == []
    assert told.requests > 1_500


def operations(served: Served) -> set[str]:
    """Every HTTP route but those of the description itself and of the console."""
    routes = [route for route, _ in roles_by_route(served.app) if route.path != "/openapi.json"]
    routes = [route for route in routes if str(route.path) not in served.app.state.open_paths - OPEN_PATHS]
    return {f"{method} {route.path}" for route in routes for method in route.methods or ()}


def test_the_examples_of_the_description_are_those_that_are_there(served: Served) -> None:
    text = str(served.app.openapi())
    assert all(f"'{example}'" in text for example in (SET, QUESTION, SERVER, "questions", "load"))
