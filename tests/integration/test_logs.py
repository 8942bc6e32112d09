"""What a log line says, whoever logs it: one JSON object, the attempt, the worker and the trace."""

import io
import json
import logging
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from engine.logs import LogFormat, log_about, set_up_logs
from runners.base import Outcome, Params, StepRequest, Succeeded
from tests.harness import Harness, step

log = logging.getLogger("batchdag")

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Where this test's lines go; afterwards logging is as it was."""
    root, own = logging.getLogger(), logging.getLogger("batchdag")
    handlers, level = list(root.handlers), own.level
    yield io.StringIO()
    root.handlers[:] = handlers
    own.setLevel(level)
    logging.captureWarnings(capture=False)


@pytest.fixture
def lines(stream: io.StringIO) -> Lines:
    set_up_logs("INFO", form=LogFormat.JSON, stream=stream)
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_one_line_with_its_fields(lines: Lines) -> None:
    log.warning("step.rescued", extra={"instance_id": 3, "why": "two\nlines", "nothing": None})
    (line,) = lines()
    assert line.pop("time").endswith("Z")
    assert line == {"level": "WARNING", "event": "step.rescued", "instance_id": 3, "why": "two\nlines"}


def test_a_field_cannot_pretend_to_be_the_event(lines: Lines) -> None:
    log.error("step.settled", extra={"event": "nothing happened", "level": "INFO", "time": "never"})
    assert (lines()[0]["event"], lines()[0]["level"]) == ("step.settled", "ERROR")


def test_a_value_that_is_no_json_is_shown_as_text(lines: Lines) -> None:
    log.info("step.settled", extra={"error": ValueError("odd"), "pair": {(1, 2): 3}})
    assert lines()[0]["error"] == "odd"


def test_an_exception_keeps_its_traceback_in_the_same_line(lines: Lines) -> None:
    try:
        int("x")
    except ValueError:
        log.exception("service.pass_failed")
    assert "ValueError: invalid literal for int() with base 10: 'x'" in lines()[0]["exception"]


def test_events_below_the_level_are_silent_and_other_libraries_only_warn(lines: Lines) -> None:
    log.debug("turn.taken")
    logging.getLogger("somebody").info("chatter")
    logging.getLogger("somebody").warning("beware")
    assert [(line["event"], line["logger"]) for line in lines()] == [("beware", "somebody")]


def test_a_python_warning_is_a_line_too(lines: Lines) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn("old", DeprecationWarning, stacklevel=1)
        logging.captureWarnings(capture=False)
    assert [line["logger"] for line in lines()] == ["py.warnings"]


def test_setting_up_again_replaces_and_never_doubles(stream: io.StringIO) -> None:
    set_up_logs("ERROR", form=LogFormat.TEXT, stream=stream)
    set_up_logs("INFO", form=LogFormat.JSON, stream=stream)
    log.info("once")
    assert stream.getvalue().count("once") == 1


def test_what_is_no_terminal_gets_json(stream: io.StringIO) -> None:
    set_up_logs("INFO", stream=stream)
    log.info("once")
    assert json.loads(stream.getvalue())["event"] == "once"


def test_text_shows_every_field(stream: io.StringIO) -> None:
    set_up_logs("INFO", form=LogFormat.TEXT, stream=stream)
    with log_about({"step": "load", "attempt": 1}):
        log.info("step.settled", extra={"attempt": 2, "state": "failed"})
    assert stream.getvalue().strip().endswith("INFO step.settled step='load' attempt=2 state='failed'")


class Talkative:
    """Logs as a runner does that knows nothing of instances."""

    name = "talkative"
    version = "1"
    description = "Logs a line."

    Params = Params

    async def run(self, request: StepRequest) -> Outcome:
        logging.getLogger("somebody").warning("in the middle")
        return Succeeded()


async def test_a_line_of_a_runner_says_which_attempt_of_which_instance_it_is(working: Harness, lines: Lines) -> None:
    await working.engine.register(Talkative())
    ended = await working.run(step("a", runner="talkative"))
    (said,) = [line for line in lines() if line["event"] == "in the middle"]
    (settled,) = [line for line in lines() if line["event"] == "step.settled"]
    about = {"instance_id": ended.instance_id, "definition": "pipeline", "step": "a", "attempt": 1}
    assert about.items() <= said.items()
    assert about.items() <= settled.items()
    assert said["worker"] == settled["worker"] == working.engine.worker
    assert said["trace_id"] == settled["trace_id"]
    assert len(said["trace_id"]) == 32


async def test_two_instances_have_two_traces(working: Harness, lines: Lines) -> None:
    await working.run(step("a"))
    await working.engine.run("pipeline")
    assert len({line["trace_id"] for line in lines() if line["event"] == "step.settled"}) == 2
