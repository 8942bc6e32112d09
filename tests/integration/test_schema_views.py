"""What people look at: the overview, the timeline, and why a step is not running: in words, and as code and values."""

import re
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from engine.said import Standing
from engine.schema import schema_sql

Connection = psycopg.Connection[tuple[Any, ...]]

NOW = "2026-03-01 12:00:00+00"
STEPS = [
    {"key": "fetch", "runner": "noop", "nextSteps": ["clean"]},
    {"key": "clean", "runner": "noop", "nextSteps": ["store", "tell"]},
    {"key": "store", "runner": "noop"},
    {"key": "tell", "runner": "noop"},
]


@pytest.fixture
def viewer(connection: Connection) -> Connection:
    """A connection whose clock stands still at noon, to a database with one pending instance."""
    connection.execute("set timezone = 'UTC'")
    connection.execute(f"set batchdag.clock = '{NOW}'")
    connection.execute("insert into batch_runner (name, version, params_schema) values ('noop', '1', '{}')")
    connection.execute(
        "insert into batch_definition (name, steps, max_active) values ('daily', %s, 1)", (Jsonb(STEPS),)
    )
    connection.execute("select start_instance('daily')")
    return connection


def run(connection: Connection) -> None:
    connection.execute(
        "update batch_instance set status = 'running', open_steps = 4, started_at = '2026-03-01 11:00+00'"
    )


def put(connection: Connection, key: str, state: str, **columns: Any) -> None:
    """Insert a step with the times that its state needs; ``columns`` override."""
    row: dict[str, Any] = {"batch_instance_id": 1, "step_key": key, "state": state, "created_at": "2026-03-01 11:00+00"}
    if state == "running":
        row |= {"attempt": 1, "leased_by": "w1", "started_at": "2026-03-01 11:55+00"}
        row |= {"lease_expires_at": "2026-03-01 12:00:30+00"}
    elif state not in {"pending", "ready"}:
        row |= {"attempt": 1, "started_at": "2026-03-01 11:01+00", "finished_at": "2026-03-01 11:02+00"}
    row |= columns
    names, marks = ", ".join(row), ", ".join(["%s"] * len(row))
    connection.execute(f"insert into batch_step ({names}) values ({marks})", list(row.values()))


def result(connection: Connection, key: str, attempt: int, *, error: str | None) -> None:
    connection.execute(
        "insert into batch_step_result (batch_instance_id, step_key, attempt, error, worker, started_at, finished_at)"
        " values (1, %s, %s, %s, 'w0', '2026-03-01 11:00+00', '2026-03-01 11:00:07+00')",
        (key, attempt, error),
    )


def explain(connection: Connection, key: str, *, instance: int = 1) -> str:
    row = connection.execute("select explain_step(%s, %s)", (instance, key)).fetchone()
    assert row is not None
    return str(row[0])


def explained(connection: Connection, key: str, *, instance: int = 1) -> tuple[str, dict[str, Any]]:
    row = connection.execute("select explained_step(%s, %s)", (instance, key)).fetchone()
    assert row is not None
    return row[0]["code"], row[0]["values"]


def rows(connection: Connection, query: Any) -> list[tuple[Any, ...]]:
    return connection.execute(query).fetchall()


class TestOverview:
    QUERY = (
        "select status, progress::float, done_steps, total_steps, running_steps, extract(epoch from duration)::int,"
        " failed_step, error from batch_instance_overview"
    )

    def test_a_pending_instance_has_no_progress(self, viewer: Connection) -> None:
        assert rows(viewer, self.QUERY) == [("pending", None, 0, 0, 0, None, None, None)]

    def test_it_counts_steps_without_shards_and_dropped_ones(self, viewer: Connection) -> None:
        run(viewer)
        put(viewer, "fetch", "succeeded")
        put(viewer, "clean", "running")
        put(viewer, "clean", "succeeded", shard=1)
        put(viewer, "store", "pending")
        put(viewer, "old", "pending", dropped_at=NOW)
        assert rows(viewer, self.QUERY) == [("running", 33.3, 1, 3, 1, 3600, None, None)]

    def test_it_names_the_first_step_that_failed_with_its_error(self, viewer: Connection) -> None:
        run(viewer)
        put(viewer, "fetch", "failed", error="later", finished_at="2026-03-01 11:30+00")
        put(viewer, "clean", "failed", error="first", finished_at="2026-03-01 11:20+00")
        assert rows(viewer, self.QUERY)[0][-2:] == ("clean", "first")


class TestTimeline:
    def test_it_has_the_current_attempt_and_the_earlier_ones(self, viewer: Connection) -> None:
        run(viewer)
        put(viewer, "fetch", "running", attempt=2, progress=Jsonb({"done": 5, "total": 9}))
        result(viewer, "fetch", 1, error="timed out")
        found = rows(
            viewer,
            "select attempt, state, extract(epoch from waited)::int, extract(epoch from ran)::int, worker, items_done,"
            " items_total, error from batch_step_timeline order by attempt",
        )
        assert found == [
            (1, "failed", None, 7, "w0", None, None, "timed out"),
            (2, "running", 3300, 300, "w1", 5, 9, None),
        ]

    def test_a_finished_step_keeps_its_worker_and_error(self, viewer: Connection) -> None:
        run(viewer)
        put(viewer, "fetch", "failed")
        result(viewer, "fetch", 1, error="no such file")
        found = rows(viewer, "select state, worker, error from batch_step_timeline")
        assert found == [("failed", "w0", "no such file")]


class TestExplain:
    def test_an_unknown_instance(self, viewer: Connection) -> None:
        assert explain(viewer, "fetch", instance=9) == "There is no instance 9."

    def test_an_unknown_step(self, viewer: Connection) -> None:
        assert explain(viewer, "fecth") == 'Instance 1 has no step "fecth" (did you mean "fetch"?).'

    def test_an_instance_that_no_engine_has_taken(self, viewer: Connection) -> None:
        said = explain(viewer, "fetch")
        assert said.startswith("Instance 1 is pending, so none of its steps has begun: no worker holds any step")

    def test_an_instance_that_waits_for_max_active(self, viewer: Connection) -> None:
        run(viewer)
        viewer.execute("select start_instance('daily')")
        said = explain(viewer, "fetch", instance=2)
        assert '1 of at most 1 instances of "daily" are running (max_active)' in said

    def test_waiting_for_parents_by_name_and_state(self, viewer: Connection) -> None:
        run(viewer)
        put(viewer, "clean", "running")
        put(viewer, "store", "pending")
        assert explain(viewer, "store") == 'Step "store" is waiting for "clean" (running).'

    def test_waiting_for_shards(self, viewer: Connection) -> None:
        run(viewer)
        put(viewer, "fetch", "pending", reason="spread")
        put(viewer, "fetch", "succeeded", shard=1)
        put(viewer, "fetch", "failed", shard=2)
        put(viewer, "fetch", "running", shard=3)
        assert "2 of 3 are done (1 failed)" in explain(viewer, "fetch")

    def test_due_later_because_of_a_retry_with_the_last_error(self, viewer: Connection) -> None:
        run(viewer)
        put(viewer, "fetch", "ready", attempt=1, reason="retrying", run_after="2026-03-01 12:01:30+00")
        result(viewer, "fetch", 1, error="connection refused")
        assert explain(viewer, "fetch") == (
            'Step "fetch" is waiting to be tried again (retrying): due in 1 min, at 2026-03-01 12:01:30+00.'
            " The last attempt said: connection refused"
        )

    def test_snoozed(self, viewer: Connection) -> None:
        run(viewer)
        put(viewer, "fetch", "ready", reason="snoozed: batch 7 is queued", run_after="2026-03-01 12:00:20+00")
        assert "waiting for something outside (snoozed: batch 7 is queued): due in 20 s" in explain(viewer, "fetch")

    def test_ready_while_no_worker_lives(self, viewer: Connection) -> None:
        run(viewer)
        put(viewer, "fetch", "ready", run_after="2026-03-01 11:59:50+00")
        said = explain(viewer, "fetch")
        assert "is ready for 10 s, but no worker has claimed it: no worker holds any step" in said

    def test_ready_while_workers_are_busy(self, viewer: Connection) -> None:
        run(viewer)
        put(viewer, "fetch", "ready")
        put(viewer, "clean", "running")
        assert "workers are busy with other steps" in explain(viewer, "fetch")

    def test_running_with_its_lease(self, viewer: Connection) -> None:
        run(viewer)
        put(viewer, "fetch", "running", progress=Jsonb({"done": 5}))
        assert explain(viewer, "fetch") == (
            'Step "fetch" is running for 5 min at w1 (attempt 1, 5 items done); its lease ends in 30 s and is renewed.'
        )

    def test_running_at_a_lost_worker(self, viewer: Connection) -> None:
        run(viewer)
        asked = "2026-03-01 11:59:50+00"
        put(viewer, "fetch", "running", lease_expires_at="2026-03-01 11:59+00", cancel_requested_at=asked)
        said = explain(viewer, "fetch")
        assert "its lease expired 1 min ago: the worker is lost" in said
        assert said.endswith("It was asked to stop 10 s ago.")

    def test_upstream_failed_names_the_ancestor_that_failed(self, viewer: Connection) -> None:
        run(viewer)
        put(viewer, "fetch", "failed", error="no such file")
        put(viewer, "clean", "upstream_failed")
        put(viewer, "store", "upstream_failed")
        assert explain(viewer, "store") == (
            'Step "store" did not run because of what came before it: "fetch" failed: no such file.'
            " Mend that and retry_instance(1)."
        )

    @pytest.mark.parametrize(
        ("state", "columns", "expected"),
        [
            ("succeeded", {}, "succeeded at 2026-03-01 11:02:00+00, attempt 1."),
            ("failed", {"reason": "data", "error": "bad row"}, "after 1 attempt(s) (data): bad row"),
            ("skipped", {"reason": "condition_unmet"}, "was skipped: its condition was false."),
            ("skipped", {"reason": "all_parents_skipped"}, "nothing succeeded (all_parents_skipped)"),
            ("cancelled", {"reason": "stopped"}, "because a step with onFailure: stop failed."),
            ("cancelled", {"reason": "tolerance_exceeded"}, "(tolerance_exceeded)"),
        ],
    )
    def test_finished(self, viewer: Connection, state: str, columns: dict[str, Any], expected: str) -> None:
        run(viewer)
        put(viewer, "fetch", state, **columns)
        assert expected in explain(viewer, "fetch")

    @pytest.mark.parametrize(
        ("state", "column"),
        [
            ("cancelled", "finished_at"),
            ("failed", "finished_at"),
            ("ready", "run_after"),
            ("succeeded", "finished_at"),
        ],
    )
    def test_times_are_told_to_the_second_in_the_zone_of_who_asks(
        self, viewer: Connection, state: str, column: str
    ) -> None:
        run(viewer)
        put(viewer, "fetch", state, **{column: "2026-03-01 12:02:00.123456+00"})
        viewer.execute("set time zone 'Asia/Seoul'")
        said = explain(viewer, "fetch")
        assert "at 2026-03-01 21:02:00+09" in said
        assert "123456" not in said

    def test_cancelled_on_request(self, viewer: Connection) -> None:
        run(viewer)
        put(viewer, "fetch", "ready")
        viewer.execute("update batch_instance set open_steps = 1")
        viewer.execute("select cancel_instance(1)")
        assert "cancelling instance 1 was asked for at 2026-03-01 12:00:00+00" in explain(viewer, "fetch")

    def test_dropped_by_a_retry(self, viewer: Connection) -> None:
        run(viewer)
        put(viewer, "old", "pending", dropped_at=NOW)
        assert "was dropped" in explain(viewer, "old")


OVERDUE = {"lease_expires_at": "2026-03-01 11:59+00", "cancel_requested_at": "2026-03-01 11:59:50+00"}
ENDED_AT = {"finished_at": "2026-03-01T11:02:00+00:00"}
LATER = {"run_after": "2026-03-01 12:01:30+00"}
DUE = {"due_seconds": 90, "due_at": "2026-03-01T12:01:30+00:00"}


class TestExplained:
    """The same for programs: what a sentence names is named, and what there is not is left out."""

    def test_an_unknown_instance_and_an_unknown_step(self, viewer: Connection) -> None:
        assert explained(viewer, "fetch", instance=9) == ("no_such_instance", {"instance_id": 9})
        assert explained(viewer, "fecth") == (
            "no_such_step",
            {"instance_id": 1, "step_key": "fecth", "hint": ' (did you mean "fetch"?)'},
        )

    def test_an_instance_that_has_not_begun(self, viewer: Connection) -> None:
        assert explained(viewer, "fetch") == ("instance_not_taken", {"instance_id": 1, "workers": "none"})
        run(viewer)
        viewer.execute("select start_instance('daily')")
        room = {"instance_id": 2, "definition": "daily", "active": 1, "max_active": 1}
        assert explained(viewer, "fetch", instance=2) == ("instance_waits_for_room", room)

    def test_an_instance_that_waits_for_an_earlier_one(self, viewer: Connection) -> None:
        viewer.execute("update batch_definition set max_active = null, overlap = 'queue'")
        run(viewer)
        viewer.execute("select start_instance('daily', trigger => 'cron')")
        earlier = {"instance_id": 2, "definition": "daily", "earlier_id": 1}
        assert explained(viewer, "fetch", instance=2) == ("instance_waits_for_earlier", earlier)
        assert 'instance 1 of "daily" has not ended (overlap)' in explain(viewer, "fetch", instance=2)

    def test_a_step_that_waits_for_parents_or_shards(self, viewer: Connection) -> None:
        run(viewer)
        put(viewer, "clean", "running")
        put(viewer, "store", "pending")
        put(viewer, "fetch", "pending", reason="spread")
        put(viewer, "fetch", "failed", shard=1)
        put(viewer, "fetch", "running", shard=2)
        parents = [{"step_key": "clean", "state": "running"}]
        assert explained(viewer, "store") == ("waits_for_parents", {"step_key": "store", "parents": parents})
        counted = {"step_key": "fetch", "done": 1, "total": 2, "failed": 1}
        assert explained(viewer, "fetch") == ("waits_for_shards", counted)

    def test_a_step_that_the_engine_has_not_released(self, viewer: Connection) -> None:
        run(viewer)
        put(viewer, "fetch", "pending")
        assert explained(viewer, "fetch") == ("not_released", {"step_key": "fetch", "workers": "none"})

    def test_a_step_that_no_worker_has_claimed(self, viewer: Connection) -> None:
        run(viewer)
        put(viewer, "fetch", "ready", run_after="2026-03-01 11:59:50+00")
        waiting = {"step_key": "fetch", "ready_seconds": 10, "workers": "none"}
        assert explained(viewer, "fetch") == ("not_claimed", waiting)

    def test_a_step_that_a_limit_holds_back(self, viewer: Connection) -> None:
        run(viewer)
        viewer.execute("insert into batch_limit (scope, name, max_running) values ('runner', 'noop', 1)")
        put(viewer, "clean", "running", runner="noop")
        put(viewer, "fetch", "ready", runner="noop", run_after=NOW)
        limit = {"scope": "runner", "name": "noop", "per": "now", "used": 1, "most": 1}
        held = {"step_key": "fetch", "ready_seconds": 0, "limit": limit}
        assert explained(viewer, "fetch") == ("waits_for_limit", held)

    @pytest.mark.parametrize(
        ("state", "columns", "code", "values"),
        [
            ("cancelled", {"reason": "stopped"}, "cancelled_by_stop", {"reason": "stopped", "instance_id": 1, **ENDED_AT}),
            ("cancelled", {"error": "e"}, "cancelled", {"error": "e", "instance_id": 1, **ENDED_AT}),
            ("failed", {"reason": "data", "error": "bad row"}, "failed",
             {"attempt": 1, "reason": "data", "error": "bad row", **ENDED_AT}),
            ("pending", {"dropped_at": NOW}, "step_dropped", {"version": 1}),
            ("ready", LATER | {"reason": "retrying", "error": "x"}, "waits_to_retry",
             DUE | {"reason": "retrying", "last_error": "x"}),
            ("ready", LATER | {"reason": "snoozed: a"}, "snoozed", DUE | {"reason": "snoozed: a"}),
            ("running", OVERDUE, "worker_lost", {"running_seconds": 300, "worker": "w1", "attempt": 1, "lease_seconds": 60,
                                                 "stop_asked_seconds": 10}),
            ("running", {"progress": Jsonb({"done": 5})}, "running",
             {"running_seconds": 300, "worker": "w1", "attempt": 1, "items_done": 5, "lease_seconds": 30}),
            ("skipped", {"reason": "condition_unmet"}, "condition_unmet",
             {"attempt": 1, "reason": "condition_unmet", **ENDED_AT}),
            ("skipped", {"reason": "parents_skipped"}, "skipped",
             {"attempt": 1, "reason": "parents_skipped", **ENDED_AT}),
            ("succeeded", {}, "succeeded", {"attempt": 1, **ENDED_AT}),
        ],
    )  # fmt: skip
    def test_a_step_by_its_state(
        self, viewer: Connection, state: str, columns: dict[str, Any], code: str, values: dict[str, Any]
    ) -> None:
        run(viewer)
        put(viewer, "fetch", state, **columns)
        assert explained(viewer, "fetch") == (code, values | {"step_key": "fetch"})

    def test_a_step_that_was_cancelled_with_its_instance(self, viewer: Connection) -> None:
        run(viewer)
        put(viewer, "fetch", "ready")
        viewer.execute("update batch_instance set open_steps = 1")
        viewer.execute("select cancel_instance(1)")
        code, values = explained(viewer, "fetch")
        assert (code, values["asked_at"]) == ("cancelled_with_instance", "2026-03-01T12:00:00+00:00")

    def test_a_step_before_which_another_failed(self, viewer: Connection) -> None:
        run(viewer)
        put(viewer, "fetch", "failed", error="no such file")
        put(viewer, "clean", "upstream_failed")
        failed = [{"step_key": "fetch", "state": "failed", "error": "no such file"}]
        wanted = {"step_key": "clean", "instance_id": 1, "failed": failed}
        assert explained(viewer, "clean") == ("upstream_failed", wanted)

    def test_every_code_has_its_name_and_no_name_is_without_a_code(self) -> None:
        section = schema_sql().split("-- 9.1 ")[1].split("-- The same in words.")[0]
        literal = set(re.findall(r"explained\(\s*'(\w+)'|(?:then|else) '(\w+)'", section))
        found = {code for pair in literal for code in pair if code}
        by_state = {Standing.SUCCEEDED, Standing.FAILED, Standing.SKIPPED}
        made_over_http = {Standing.INSTANCE_ENDED}
        not_codes = {"busy", "none", "now", "minute", "provider_calls", "provider_jobs"}
        assert found - not_codes == {str(code) for code in Standing} - by_state - made_over_http
