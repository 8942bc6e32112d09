"""What a person in psql may not do to rows that the engine counts on; and what is left to do when it happened anyway."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.harness import Harness, step

Connection = psycopg.Connection[tuple[Any, ...]]

BY_HAND = {
    "call off a step": "update batch_step set state = 'cancelled', finished_at = now() where step_key = 'b'",
    "run a step again": "update batch_step set state = 'pending', finished_at = null where step_key = 'a'",
    "add a step": "insert into batch_step (batch_instance_id, step_key) values (1, 'c')",
    "end an instance": "update batch_instance set status = 'failed', open_steps = 0, finished_at = now()",
    "mend a counter": "update batch_instance set open_steps = open_steps - 1",
}
EMPTIED = [
    "audit_log", "batch_definition", "batch_definition_version", "batch_instance", "prompt_template_version",
    "provider_batch",
]  # fmt: skip


@pytest.fixture
def person(database_url: str) -> Iterator[Connection]:
    """The owner of the tables, in psql."""
    with psycopg.connect(database_url, autocommit=True) as opened:
        yield opened


@pytest.fixture
async def halfway(idle: Harness, connection: Connection) -> int:
    """An instance of which step a has succeeded and step b is ready."""
    await idle.define(step("a", "b"), step("b"))
    instance = await idle.engine.start("pipeline")
    await idle.engine._orchestrator.start()
    connection.execute(
        "update batch_step set state = 'running', leased_by = 'w', lease_expires_at = now() where step_key = 'a'"
    )
    connection.execute(
        "update batch_step set state = 'succeeded', leased_by = null, lease_expires_at = null, finished_at = now()"
        " where step_key = 'a'"
    )
    connection.execute("update batch_step set state = 'ready' where step_key = 'b'")
    connection.execute("update batch_instance set open_steps = 1")
    return instance


def refused(person: Connection, statement: str) -> psycopg.errors.Diagnostic:
    with pytest.raises(psycopg.Error) as caught:
        person.execute(statement)
    assert caught.value.diag.message_hint, "an error says what to do next"
    return caught.value.diag


@pytest.mark.parametrize("what", sorted(BY_HAND))
@pytest.mark.usefixtures("halfway")
def test_a_state_that_the_engine_counts_is_not_moved_by_hand(person: Connection, what: str) -> None:
    said = refused(person, BY_HAND[what])
    assert (said.sqlstate, "by the engine alone" in str(said.message_primary)) == ("BD002", True)
    assert person.execute("select state from batch_step order by step_key").fetchall() == [("succeeded",), ("ready",)]


@pytest.mark.usefixtures("halfway")
def test_what_decides_when_a_step_is_run_may_be_set_by_hand(person: Connection) -> None:
    person.execute("update batch_step set priority = 5, run_after = now() + interval '1 hour' where step_key = 'b'")
    assert person.execute("select priority from batch_step where step_key = 'b'").fetchall() == [(5,)]


def test_an_instance_whose_counter_is_wrong_can_still_be_cancelled(
    halfway: int, person: Connection, connection: Connection
) -> None:
    connection.execute("update batch_instance set open_steps = 7")
    assert person.execute("select cancel_instance(%s)", (halfway,)).fetchall() == [("cancelled",)]
    assert person.execute("select status, open_steps from batch_instance").fetchall() == [("cancelled", 0)]


@pytest.mark.parametrize("table", EMPTIED)
@pytest.mark.usefixtures("halfway")
def test_what_happened_and_what_was_paid_for_is_not_emptied(person: Connection, table: str) -> None:
    assert refused(person, f"truncate {table} cascade").sqlstate == "BD002"


@pytest.mark.usefixtures("halfway")
def test_a_definition_that_has_run_is_kept_and_says_how_to_stop_it(person: Connection) -> None:
    said = refused(person, "delete from batch_definition")
    assert (said.sqlstate, said.message_primary) == (
        "BD004", 'definition "pipeline" has run 1 time(s), and what ran names it'
    )  # fmt: skip


def test_a_definition_that_never_ran_is_deleted(person: Connection) -> None:
    person.execute("insert into batch_runner (name, version, params_schema) values ('noop', '1', '{}')")
    person.execute("insert into batch_definition (name, steps) values ('d', %s)", (Jsonb([{"key": "noop"}]),))
    assert person.execute("delete from batch_definition").rowcount == 1


def test_the_reader_ends_no_query_of_another_and_writes_nothing_to_the_log(person: Connection) -> None:
    found = person.execute(
        "select distinct proname, has_function_privilege('batchdag_reader', oid, 'execute') from pg_proc"
        " where proname in ('pg_terminate_backend', 'pg_cancel_backend', 'pg_logical_emit_message') order by 1"
    ).fetchall()
    assert found == [("pg_cancel_backend", False), ("pg_logical_emit_message", False), ("pg_terminate_backend", False)]
