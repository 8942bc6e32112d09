"""start_instance, cancel_instance and retry_instance, as an analyst calls them from any SQL client."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from engine.schema import schema_sql

Connection = psycopg.Connection[tuple[Any, ...]]

PARAMS_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["topic"],
    "properties": {
        "topic": {"type": "string"},
        "limit": {"type": "integer", "minimum": 1, "default": 5},
        "model": {"$ref": "#/$defs/Model", "default": {}},
    },
    "$defs": {"Model": {"type": "object", "properties": {"name": {"type": "string", "default": "small"}}}},
}


@pytest.fixture
def analyst(connection: Connection) -> Connection:
    connection.execute("insert into batch_runner (name, version, params_schema) values ('noop', '1', '{}')")
    steps = [{"key": "a", "runner": "noop", "nextSteps": ["b"]}, {"key": "b", "runner": "noop"}]
    connection.execute(
        "insert into batch_definition (name, steps, params_schema, priority) values ('daily', %s, %s, 4)",
        (Jsonb(steps), Jsonb(PARAMS_SCHEMA)),
    )
    return connection


@pytest.fixture
def listener(analyst: Connection, database_url: str) -> Iterator[Connection]:
    with psycopg.connect(database_url, autocommit=True) as opened:
        opened.execute("listen batchdag")
        yield opened


def heard(listener: Connection) -> list[str]:
    listener.execute("select 1")
    return [note.payload for note in listener.notifies(timeout=0)]


def one(connection: Connection, query: Any, *values: Any) -> Any:
    row = connection.execute(query, values).fetchone()
    assert row is not None
    return row[0] if len(row) == 1 else row


def start(connection: Connection, *, key: str | None = None, **params: Any) -> int:
    found: int = one(connection, "select start_instance('daily', %s, %s)", Jsonb({"topic": "rain"} | params), key)
    return found


def refused(connection: Connection, query: Any, *values: Any) -> psycopg.errors.Diagnostic:
    with pytest.raises(psycopg.Error) as caught:
        connection.execute(query, values)
    assert caught.value.diag.message_hint, "an error says what to do next"
    return caught.value.diag


def begin(connection: Connection, instance: int, **states: str) -> None:
    """Put the instance and its steps where an engine would have brought them."""
    live = sum(state in {"pending", "ready", "running"} for state in states.values())
    connection.execute(
        "update batch_instance set status = 'running', started_at = now(), open_steps = %s where id = %s",
        (live, instance),
    )
    for key, state in states.items():
        connection.execute(
            "insert into batch_step"
            " (batch_instance_id, step_key, state, attempt, leased_by, lease_expires_at, finished_at)"
            " values (%(id)s, %(key)s, %(state)s, 1, case when %(state)s = 'running' then 'w' end,"
            " case when %(state)s = 'running' then now() + interval '1 min' end,"
            " case when %(state)s = 'succeeded' then now() end)",
            {"id": instance, "key": key, "state": state},
        )


def fail(connection: Connection, instance: int) -> None:
    begin(connection, instance)
    connection.execute("update batch_instance set status = 'failed', finished_at = now() where id = %s", (instance,))


class TestStart:
    def test_it_inserts_a_pending_instance_with_defaults_and_tells_the_engine(
        self, analyst: Connection, listener: Connection
    ) -> None:
        instance = start(analyst)
        query = "select status, version, priority, trigger, params from batch_instance where id = %s"
        row = one(analyst, query, instance)
        assert row == ("pending", 1, 4, "sql", {"topic": "rain", "limit": 5, "model": {}})
        assert heard(listener) == [f"instance:{instance}"]

    def test_defaults_are_filled_in_inside_what_is_given(self, analyst: Connection) -> None:
        instance = start(analyst, model={})
        assert one(analyst, "select params -> 'model' from batch_instance where id = %s", instance) == {"name": "small"}

    def test_every_problem_of_the_params_is_listed(self, analyst: Connection) -> None:
        said = refused(analyst, "select start_instance('daily', '{\"limit\": 0, \"topc\": 1}')")
        assert said.sqlstate == "BD005"
        assert (said.message_primary or "").splitlines()[1:] == [
            "  params.limit: must be at least 1",
            '  params.topc: unknown field (did you mean "topic"?)',
            "  params.topic: is required",
        ]

    @pytest.mark.parametrize("params", ["[]", "3", "null", None])
    def test_params_must_be_an_object(self, analyst: Connection, params: str | None) -> None:
        assert refused(analyst, "select start_instance('daily', %s::jsonb)", params).sqlstate == "BD005"

    def test_a_template_is_no_way_round_the_schema(self, analyst: Connection) -> None:
        params = Jsonb({"topic": "x", "limit": "{{ 1 }}"})
        assert refused(analyst, "select start_instance('daily', %s)", params).sqlstate == "BD005"

    def test_an_unknown_name_is_answered_with_the_nearest(self, analyst: Connection) -> None:
        said = refused(analyst, "select start_instance('dayly')")
        assert said.sqlstate == "BD003"
        assert said.message_primary == 'there is no definition "dayly" (did you mean "daily"?)'

    def test_an_unknown_trigger_is_refused(self, analyst: Connection) -> None:
        query = "select start_instance('daily', '{\"topic\": \"x\"}', trigger => 'moon')"
        assert refused(analyst, query).sqlstate == "BD005"

    def test_the_same_key_and_params_are_the_same_instance(self, analyst: Connection, listener: Connection) -> None:
        first = start(analyst, key="k")
        assert start(analyst, key="k", limit=5) == first
        assert heard(listener) == [f"instance:{first}"]

    def test_the_same_key_with_other_params_is_a_conflict(self, analyst: Connection) -> None:
        first = start(analyst, key="k")
        said = refused(analyst, "select start_instance('daily', '{\"topic\": \"sun\"}', 'k')")
        assert said.sqlstate == "BD006"
        assert str(first) in (said.message_primary or "")

    def test_a_budget_of_its_own_is_kept_with_the_instance(self, analyst: Connection) -> None:
        started = one(analyst, """select start_instance('daily', '{"topic": "cats"}', budget_usd => 0.5)""")
        assert one(analyst, "select budget_usd::float8 from batch_instance where id = %s", started) == 0.5

    @pytest.mark.parametrize("budget", ["-0.01", "100000000", "'NaN'"])
    def test_what_is_no_budget_is_refused(self, analyst: Connection, budget: str) -> None:
        with pytest.raises(psycopg.Error, match="the budget cannot be") as refused:
            analyst.execute(f"""select start_instance('daily', '{{"topic": "cats"}}', budget_usd => {budget})""")
        assert refused.value.sqlstate == "BD005"

    def test_the_function_that_took_no_budget_is_replaced(self, analyst: Connection) -> None:
        analyst.execute("drop function start_instance")
        analyst.execute(
            "create function start_instance(text, jsonb default '{}', text default null, text default 'sql',"
            " timestamptz default null) returns bigint language sql return 0"
        )
        analyst.execute(schema_sql())
        assert one(analyst, """select start_instance('daily', '{"topic": "cats"}')""") > 0

    def test_a_key_is_compared_with_the_defaults_it_was_started_with(self, analyst: Connection) -> None:
        first = start(analyst, key="k")
        analyst.execute(
            "update batch_definition set params_schema = jsonb_set(params_schema, '{properties,limit,default}', '9')"
        )
        assert start(analyst, key="k") == first

    def test_racing_clients_with_one_key_get_one_instance(self, analyst: Connection, database_url: str) -> None:
        def race(_: int) -> int:
            with psycopg.connect(database_url, autocommit=True) as own:
                return start(own, key="k")

        with ThreadPoolExecutor(8) as pool:
            started = set(pool.map(race, range(16)))
        assert len(started) == 1
        assert one(analyst, "select count(*) from batch_instance") == 1


class TestCancel:
    def test_a_pending_instance_is_cancelled_at_once(self, analyst: Connection, listener: Connection) -> None:
        instance = start(analyst)
        assert one(analyst, "select cancel_instance(%s)", instance) == "cancelled"
        assert one(analyst, "select finished_at is not null and cancel_requested_at is not null from batch_instance")
        assert heard(listener) == [f"instance:{instance}", f"cancel:{instance}", f"finished:{instance}"]

    def test_what_has_not_begun_is_cancelled_and_what_runs_is_asked_to_stop(
        self, analyst: Connection, listener: Connection
    ) -> None:
        instance = start(analyst)
        begin(analyst, instance, a="succeeded", b="running", c="ready", d="pending")
        assert one(analyst, "select cancel_instance(%s)", instance) == "running"
        steps = analyst.execute(
            "select step_key, state, reason, cancel_requested_at is not null from batch_step order by 1"
        ).fetchall()
        assert steps == [
            ("a", "succeeded", None, False),
            ("b", "running", None, True),
            ("c", "cancelled", "cancelled", True),
            ("d", "cancelled", "cancelled", True),
        ]
        assert one(analyst, "select open_steps from batch_instance") == 1
        assert heard(listener)[1:] == [f"cancel:{instance}"]

    def test_it_ends_when_nothing_runs(self, analyst: Connection) -> None:
        instance = start(analyst)
        begin(analyst, instance, a="succeeded", b="ready")
        assert one(analyst, "select cancel_instance(%s)", instance) == "cancelled"
        assert one(analyst, "select status, open_steps from batch_instance") == ("cancelled", 0)

    def test_cancelling_again_while_steps_wind_down_changes_nothing(self, analyst: Connection) -> None:
        instance = start(analyst)
        begin(analyst, instance, a="running", b="pending")
        query = "select cancel_requested_at, open_steps from batch_instance"
        one(analyst, "select cancel_instance(%s)", instance)
        before = one(analyst, query)
        assert one(analyst, "select cancel_instance(%s)", instance) == "running"
        assert one(analyst, query) == before

    def test_dropped_steps_are_left_alone(self, analyst: Connection) -> None:
        instance = start(analyst)
        begin(analyst, instance, a="running", gone="pending")
        analyst.execute("update batch_step set dropped_at = now() where step_key = 'gone'")
        analyst.execute("update batch_instance set open_steps = 1")
        assert one(analyst, "select cancel_instance(%s)", instance) == "running"
        assert one(analyst, "select state from batch_step where step_key = 'gone'") == "pending"

    def test_a_claim_that_commits_while_the_cancel_waits_is_asked_to_stop(
        self, analyst: Connection, database_url: str
    ) -> None:
        instance = start(analyst)
        begin(analyst, instance, a="ready", b="pending")
        with psycopg.connect(database_url) as claimer, ThreadPoolExecutor(1) as pool:
            claimer.execute("set batchdag.engine = 'on'")
            claimer.execute(
                "update batch_step set state = 'running', leased_by = 'w', lease_expires_at = now() + interval '1 min'"
                " where step_key = 'a'"
            )
            with psycopg.connect(database_url, autocommit=True) as canceller:
                answer = pool.submit(one, canceller, "select cancel_instance(%s)", instance)
                while not one(analyst, "select exists (select from pg_locks where not granted)"):
                    pass
                claimer.commit()
                assert answer.result() == "running"
        query = "select step_key, state, cancel_requested_at is not null from batch_step order by 1"
        steps = analyst.execute(query).fetchall()
        assert steps == [("a", "running", True), ("b", "cancelled", True)]
        assert one(analyst, "select open_steps from batch_instance") == 1

    def test_a_finished_or_unknown_instance_is_refused(self, analyst: Connection) -> None:
        instance = start(analyst)
        fail(analyst, instance)
        said = refused(analyst, "select cancel_instance(%s)", instance)
        assert said.sqlstate == "BD004"
        assert said.message_primary == f"instance {instance} is failed already and cannot be cancelled"
        assert refused(analyst, "select cancel_instance(999)").sqlstate == "BD003"


class TestRetry:
    @pytest.mark.parametrize(("wanted", "expected"), [(None, 1), ("latest", 2), ("1", 1), ("2", 2)])
    def test_it_leaves_a_request_for_the_engine(
        self, analyst: Connection, listener: Connection, wanted: str | None, expected: int
    ) -> None:
        instance = start(analyst)
        fail(analyst, instance)
        analyst.execute("update batch_definition set description = 'mended'")
        assert one(analyst, "select retry_instance(%s, %s)", instance, wanted) == "failed"
        query = "select retry_requested_at is not null, retry_version from batch_instance"
        assert one(analyst, query) == (True, expected)
        assert heard(listener)[-1] == f"retry:{instance}"

    @pytest.mark.parametrize("wanted", ["3", "newest", "1; drop table batch_step", ""])
    def test_an_unknown_version_is_refused(self, analyst: Connection, wanted: str) -> None:
        instance = start(analyst)
        fail(analyst, instance)
        assert refused(analyst, "select retry_instance(%s, %s)", instance, wanted).sqlstate == "BD003"

    def test_only_a_failed_or_cancelled_instance_can_be_retried(self, analyst: Connection) -> None:
        instance = start(analyst)
        said = refused(analyst, "select retry_instance(%s)", instance)
        assert said.sqlstate == "BD004"
        assert said.message_primary == f"instance {instance} is pending and cannot be retried"
        one(analyst, "select cancel_instance(%s)", instance)
        assert one(analyst, "select retry_instance(%s)", instance) == "cancelled"

    def test_an_unknown_instance_is_refused(self, analyst: Connection) -> None:
        assert refused(analyst, "select retry_instance(999)").sqlstate == "BD003"


@pytest.mark.parametrize(
    "call", ["start_instance('daily', '{\"topic\": \"x\"}')", "cancel_instance(1)", "retry_instance(1)"]
)
def test_the_reader_role_may_call_none_of_them(analyst: Connection, test_reader_url: str, call: str) -> None:
    start(analyst)
    with psycopg.connect(test_reader_url, autocommit=True) as reader:
        reader.execute("set default_transaction_read_only = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute(f"select {call}")


def test_the_reader_role_cannot_wake_the_engine(listener: Connection, test_reader_url: str) -> None:
    with psycopg.connect(test_reader_url, autocommit=True) as reader:
        reader.execute("select tell_engine('instance', '1')")
    assert heard(listener) == []


def test_they_work_under_another_search_path(analyst: Connection) -> None:
    analyst.execute("set search_path = pg_catalog")
    instance = one(analyst, "select public.start_instance('daily', '{\"topic\": \"x\"}')")
    assert one(analyst, "select public.cancel_instance(%s)", instance) == "cancelled"
    assert one(analyst, "select public.retry_instance(%s, 'latest')", instance) == "cancelled"
